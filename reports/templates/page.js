"use strict";
// Ce que la page fait de plus quand un script peut tourner : trier les tableaux, dire la valeur d'un point d'un dessin,
// suivre la lecture dans le sommaire. Rien n'est chargé, rien n'est écrit ailleurs ; sans ce script, la page est entière.
(() => {
  const contenu = document.getElementById("contenu");
  const annonce = document.createElement("p");
  annonce.className = "hors-vue";
  annonce.setAttribute("role", "status");
  contenu.append(annonce);

  // Tri : les lignes de détail de chaque groupe, entre elles ; totaux et intertitres ne bougent pas.
  const texte = noeud => noeud.textContent.replace(/\u00ad/g, "").trim();
  // Une case sans clé se lit dans son texte : « 1 234,5 % ».
  const lire = mots => {
    const lu = /^([+−-]?)([\d\s]*\d)(?:,(\d+))?/.exec(mots);
    return lu ? (lu[1] === "" || lu[1] === "+" ? 1 : -1) * Number(`${lu[2].replace(/\s/g, "")}.${lu[3] || 0}`) : null;
  };
  const ordreInitial = new WeakMap();
  const cle = (ligne, rang) => {
    const case_ = ligne.cells[rang];
    if (!case_ || case_.querySelector("abbr")) return null;
    if (case_.dataset.v !== undefined) return Number(case_.dataset.v);
    const mots = texte(case_);
    if (mots === "") return null;
    return case_.localName === "th" || case_.classList.contains("mot") ? mots : lire(mots);
  };
  const comparer = (a, b) => typeof a === "number" && typeof b === "number"
    ? a - b
    : String(a).localeCompare(String(b), "fr", { numeric: true });
  const trier = (table, rang, sens) => {
    for (const groupe of table.tBodies) {
      if (!ordreInitial.has(groupe)) ordreInitial.set(groupe, [...groupe.rows].filter(ligne => !ligne.className));
      const lignes = ordreInitial.get(groupe);
      const places = [...groupe.rows].filter(ligne => !ligne.className).map(ligne => {
        const place = document.createComment("");
        ligne.before(place);
        return place;
      });
      const rangees = lignes.map((ligne, premier) => ({ ligne, premier, cle: cle(ligne, rang) }));
      if (sens) rangees.sort((a, b) => {
        // Ce qui n'a pas de valeur (masqué, non disponible) reste en dernier dans les deux sens.
        if (a.cle === null || b.cle === null) return (a.cle === null) - (b.cle === null) || a.premier - b.premier;
        return sens * comparer(a.cle, b.cle) || a.premier - b.premier;
      });
      places.forEach((place, n) => place.replaceWith(rangees[n].ligne));
    }
  };
  const SENS = [["descending", -1, "décroissant"], ["ascending", 1, "croissant"], [null, 0, "d'origine"]];
  for (const titre of document.querySelectorAll("th[data-tri]")) {
    const bouton = document.createElement("button");
    bouton.type = "button";
    bouton.append(...titre.childNodes);
    titre.append(bouton);
    bouton.addEventListener("click", () => {
      const table = titre.closest("table");
      // Un nombre se lit d'abord du plus grand au plus petit, un nom de A à Z.
      const tours = titre.classList.contains("n") ? SENS : [SENS[1], SENS[0], SENS[2]];
      const avant = tours.findIndex(([mot]) => mot === titre.getAttribute("aria-sort"));
      const [mot, sens, dit] = tours[titre.hasAttribute("aria-sort") ? (avant + 1) % 3 : 0];
      for (const autre of table.tHead.querySelectorAll("[aria-sort]")) autre.removeAttribute("aria-sort");
      if (mot) titre.setAttribute("aria-sort", mot);
      trier(table, titre.cellIndex, sens);
      annonce.textContent = sens ? `Tableau trié par ${texte(titre)}, ordre ${dit}.` : `Ordre ${dit} du tableau.`;
    });
  }

  // Valeurs d'un dessin : au pointeur, au doigt, ou avec les flèches une fois le dessin atteint par la touche Tabulation.
  const bulle = document.createElement("div");
  bulle.className = "bulle";
  bulle.hidden = true;
  bulle.setAttribute("aria-hidden", "true");
  contenu.append(bulle);
  const dits = new WeakMap();
  let montree = null;
  const cacher = () => {
    bulle.hidden = true;
    montree?.classList.remove("ici");
    montree = null;
  };
  const montrer = place => {
    cacher();
    montree = place;
    place.classList.add("ici");
    bulle.textContent = dits.get(place);
    bulle.hidden = false;
    poser();
  };
  const poser = () => {
    const ou = montree.getBoundingClientRect();
    if (ou.bottom < 0 || ou.top > innerHeight) return cacher();
    const large = document.documentElement.clientWidth;
    const x = Math.min(Math.max(ou.left + ou.width / 2 - bulle.offsetWidth / 2, 4), large - bulle.offsetWidth - 4);
    const dessus = ou.top - bulle.offsetHeight - 6;
    bulle.style.left = `${x}px`;
    bulle.style.top = `${dessus > 4 ? dessus : Math.min(ou.bottom + 6, innerHeight - bulle.offsetHeight - 4)}px`;
  };
  for (const dessin of document.querySelectorAll(".dessin")) {
    const places = [...dessin.querySelectorAll(".valeurs > *")];
    if (!places.length) continue;
    let rang = -1;
    // Le titre d'une place, que le navigateur montrerait aussi, ne sert plus une fois lu.
    const preparer = () => {
      for (const place of places) {
        const titre = place.querySelector("title");
        if (titre) { dits.set(place, titre.textContent); titre.remove(); }
      }
    };
    dessin.tabIndex = 0;
    dessin.setAttribute("role", "group");
    dessin.setAttribute("aria-label", `Valeurs du graphique ${dessin.dataset.nom} : flèches gauche et droite`);
    const sous = evenement => {
      const place = evenement.target.closest(".valeurs > *");
      if (!place) return cacher();
      preparer();
      montrer(place);
    };
    dessin.addEventListener("pointerover", sous);
    dessin.addEventListener("click", sous);
    dessin.addEventListener("pointerleave", cacher);
    dessin.addEventListener("blur", cacher);
    dessin.addEventListener("keydown", evenement => {
      const pas = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[evenement.key];
      if (evenement.key === "Home") rang = 0;
      else if (evenement.key === "End") rang = places.length - 1;
      else if (pas) rang = Math.min(Math.max(rang + pas, 0), places.length - 1);
      else return;
      evenement.preventDefault();
      preparer();
      places[rang].scrollIntoView({ block: "nearest", behavior: "instant" });
      montrer(places[rang]);
      annonce.textContent = dits.get(places[rang]).replace(/\n/g, ", ");
    });
  }
  addEventListener("keydown", evenement => { if (evenement.key === "Escape") cacher(); });
  addEventListener("scroll", () => { if (montree) poser(); }, { passive: true });

  // Sommaire : le chapitre dont le titre est passé en haut de la fenêtre.
  const sommaire = document.querySelector(".sommaire");
  const chapitres = [...document.querySelectorAll(".sommaire a")]
    .map(lien => ({ lien, chapitre: document.getElementById(lien.hash.slice(1)) }))
    .filter(({ chapitre }) => chapitre);
  const HAUT = 60;
  let prevu = false;
  const suivre = () => {
    prevu = false;
    const racine = document.documentElement;
    const auBout = racine.scrollTop > 0 && racine.scrollTop + innerHeight >= racine.scrollHeight - 2;
    const lus = auBout ? chapitres : chapitres.filter(({ chapitre }) => chapitre.getBoundingClientRect().top <= HAUT);
    const courant = (lus[lus.length - 1] || chapitres[0]).lien;
    if (courant.hasAttribute("aria-current")) return;
    for (const { lien } of chapitres) lien.removeAttribute("aria-current");
    courant.setAttribute("aria-current", "location");
    if (sommaire.scrollHeight > sommaire.clientHeight) sommaire.scrollTop = courant.offsetTop - sommaire.clientHeight / 2;
  };
  if (chapitres.length) {
    addEventListener("scroll", () => { if (!prevu) { prevu = true; requestAnimationFrame(suivre); } }, { passive: true });
    suivre();
  }
})();
