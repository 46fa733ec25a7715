"use strict";
// Chaque genre de page dans Chromium.
const { test, before, after } = require("node:test");
const assert = require("node:assert/strict");
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { chromium } = require("playwright-core");
const axe = require("axe-core");
const { attendus } = require("./documents.cjs");

const GENRES = ["trimestriel", "fiche-etablissement", "fiche-departement", "synthese-presse", "retour-qualite", "certificat"];
const pages = attendus(".html", GENRES);
let navigateur;

before(async () => {
  navigateur = await chromium.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu"],
  });
});
after(() => navigateur?.close());

const ouvrir = async (document, largeur = 1280, hauteur = 900) => {
  const page = await navigateur.newPage({ viewport: { width: largeur, height: hauteur } });
  const erreurs = [];
  page.on("console", message => { if (message.type() === "error" || message.type() === "warning") erreurs.push(message.text()); });
  page.on("pageerror", erreur => erreurs.push(String(erreur)));
  page.on("request", requete => { if (!/^(file|data):/.test(requete.url())) erreurs.push(`demande ${requete.url()}`); });
  await page.goto(`file://${document.chemin}`);
  return { page, erreurs };
};

for (const document of pages) {
  test(`${document.genre} : aucune erreur, aucun défilement horizontal, de 1 280 à 390 px`, async () => {
    for (const largeur of [1280, 640, 390]) {
      const { page, erreurs } = await ouvrir(document, largeur);
      // Ce qui est replié compte aussi.
      await page.evaluate(() => { for (const replie of document.querySelectorAll("details")) replie.open = true; });
      const trop = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.deepEqual(erreurs, [], `${document.nom} à ${largeur} px`);
      assert.ok(trop <= 0, `${document.nom} dépasse de ${trop} px à ${largeur} px`);
      await page.close();
    }
  });

  test(`${document.genre} : axe-core sans violation grave`, async () => {
    for (const largeur of [1280, 390]) {
      const { page } = await ouvrir(document, largeur);
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
      const graves = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
      const dites = graves.map(({ id, nodes }) => `${id} (${nodes.length}) : ${nodes[0].html.slice(0, 200)}`);
      assert.deepEqual(dites, [], `${document.nom} à ${largeur} px`);
      await page.close();
    }
  });

  test(`${document.genre} : les colonnes se trient au clavier, sur les nombres`, async contexte => {
    const { page, erreurs } = await ouvrir(document);
    const colonnes = await page.$$(".bloc-tableau th[data-tri].n");
    if (!colonnes.length) return contexte.skip("aucune colonne à trier");
    for (const colonne of colonnes.slice(0, 40)) {
      const bouton = await colonne.$("button");
      await bouton.focus();
      const lire = () => colonne.evaluate(titre => [...titre.closest("table").tBodies].map(groupe => [...groupe.rows].map(ligne => {
        const place = ligne.cells[titre.cellIndex];
        return { fixe: Boolean(ligne.className), titre: ligne.cells[0].textContent, v: place?.dataset.v ?? null };
      })));
      const avant = await lire();
      await page.keyboard.press("Enter");
      assert.equal(await colonne.getAttribute("aria-sort"), "descending");
      const tries = await lire();
      for (const [rang, groupe] of tries.entries()) {
        const details = groupe.filter(ligne => !ligne.fixe);
        const nombres = details.filter(({ v }) => v !== null).map(({ v }) => Number(v));
        assert.deepEqual(nombres, [...nombres].sort((a, b) => b - a), `${document.nom} : ordre`);
        assert.ok(details.slice(nombres.length).every(({ v }) => v === null), `${document.nom} : sans valeur en dernier`);
        const fixes = lignes => lignes.map((ligne, n) => (ligne.fixe ? `${n} ${ligne.titre}` : "")).filter(Boolean);
        assert.deepEqual(fixes(groupe), fixes(avant[rang]), `${document.nom} : totaux en place`);
      }
      await page.keyboard.press("Enter");
      assert.equal(await colonne.getAttribute("aria-sort"), "ascending");
      await page.keyboard.press("Enter");
      assert.equal(await colonne.getAttribute("aria-sort"), null);
      assert.deepEqual(await lire(), avant, "le troisième appui rend l'ordre d'origine");
    }
    assert.deepEqual(erreurs, []);
    await page.close();
  });

  test(`${document.genre} : les valeurs des dessins se lisent au clavier et au pointeur`, async contexte => {
    const { page, erreurs } = await ouvrir(document);
    const dessins = await page.$$(".dessin.large[tabindex]");
    const tous = await page.$$(".dessin.large");
    if (!tous.length) return contexte.skip("aucun dessin");
    assert.equal(dessins.length, tous.length, `${document.nom} : tout dessin donne ses valeurs`);
    for (const dessin of dessins) {
      await dessin.focus();
      await page.keyboard.press("ArrowRight");
      const dit = await page.textContent(".bulle");
      assert.ok(await page.isVisible(".bulle") && dit.includes(" : "), `${document.nom} : « ${dit} »`);
      const lignes = await dessin.evaluate(noeud => noeud.closest("figure").querySelector(".donnees").textContent.replace(/\u00ad/g, ""));
      const valeur = dit.split("\n")[1].split(" : ").pop();
      const espaces = texte => texte.replace(/\s/g, " ");
      assert.ok(espaces(lignes).includes(espaces(valeur)), `${document.nom} : ${valeur} n'est pas dans les données du graphique`);
      const bord = await page.$eval(".bulle", bulle => { const b = bulle.getBoundingClientRect(); return [b.left, b.right]; });
      assert.ok(bord[0] >= 0 && bord[1] <= 1280, `${document.nom} : la bulle sort de la fenêtre`);
      await page.keyboard.press("Escape");
      assert.ok(!(await page.isVisible(".bulle")), "Échap la referme");
    }
    const place = await dessins[0].$(".valeurs > *");
    await place.hover({ force: true });
    assert.ok(await page.isVisible(".bulle"), `${document.nom} : au pointeur`);
    assert.deepEqual(erreurs, []);
    await page.close();
  });

  test(`${document.genre} : le sommaire suit la lecture`, async contexte => {
    const { page } = await ouvrir(document);
    const liens = await page.$$(".sommaire a");
    if (!liens.length) return contexte.skip("document sans sommaire");
    for (const lien of liens) {
      const cible = await lien.evaluate(noeud => noeud.hash.slice(1));
      await page.evaluate(id => document.getElementById(id).scrollIntoView({ behavior: "instant" }), cible);
      await page.waitForTimeout(60);
      const courants = await page.$$eval(".sommaire a[aria-current]", noeuds => noeuds.map(noeud => noeud.hash.slice(1)));
      const auBout = await page.evaluate(() => scrollY + innerHeight >= document.documentElement.scrollHeight - 2);
      assert.equal(courants.length, 1);
      if (!auBout) assert.equal(courants[0], cible);
    }
    await page.close();
  });

  test(`${document.genre} : imprimé, ni tableau ni ligne coupés`, async () => {
    const { page } = await ouvrir(document, 688);
    await page.emulateMedia({ media: "print" });
    // Les tableaux de beaucoup de colonnes ont une feuille couchée : 1 017 px.
    const depasse = await page.evaluate(() => {
      const couches = [...document.querySelectorAll(".couche")];
      const larges = couches.map(bloc => bloc.querySelector("table").getBoundingClientRect().width - 1017);
      for (const bloc of couches) bloc.style.display = "none";
      const droit = document.documentElement.scrollWidth - document.documentElement.clientWidth;
      for (const bloc of couches) bloc.style.display = "";
      return Math.max(droit, ...larges);
    });
    assert.ok(depasse <= 0, `${document.nom} : la page imprimée dépasse de ${depasse} px`);
    // Une marque au début et à la fin de chaque ligne : les deux doivent tomber sur la même page.
    const { nombre, entiers } = await page.evaluate(() => {
      let n = 0;
      const blocs = new Map();
      for (const ligne of document.querySelectorAll("tbody tr")) {
        if (!ligne.cells.length || !ligne.getClientRects().length) continue;
        for (const [case_, bout] of [[ligne.cells[0], "d"], [ligne.cells[ligne.cells.length - 1], "f"]]) {
          const marque = document.createElement("span");
          marque.textContent = `§${n}${bout} `;
          marque.style.cssText = "font-size:1px;line-height:0;letter-spacing:0;position:absolute;color:#fff";
          // Au bord de la feuille, le dernier signe ne serait pas imprimé.
          if (bout === "f") marque.style.marginLeft = "-8px";
          if (bout === "d") case_.prepend(marque); else case_.append(marque);
        }
        // Un tableau court tient d'un seul tenant.
        const bloc = ligne.closest(".bloc-tableau.court");
        if (bloc && getComputedStyle(bloc).breakInside === "avoid") blocs.set(bloc, [...(blocs.get(bloc) ?? []), n]);
        n += 1;
      }
      return { nombre: n, entiers: [...blocs.values()] };
    });
    const dossier = fs.mkdtempSync(path.join(os.tmpdir(), "oru-impression-"));
    const pdf = path.join(dossier, "page.pdf");
    await page.pdf({ path: pdf, preferCSSPageSize: true, printBackground: true });
    const texte = execFileSync("pdftotext", ["-bbox", pdf, "-"], { encoding: "utf8", maxBuffer: 1 << 28 });
    fs.rmSync(dossier, { recursive: true });
    const ou = new Map();
    for (const [rang, feuille] of texte.split("<page ").slice(1).entries()) {
      const large = Number(/width="([\d.]+)"/.exec(feuille)[1]);
      for (const mot of feuille.matchAll(/xMin="([-\d.]+)" yMin="[-\d.]+" xMax="([\d.]+)"[^>]*>([^<]*)</g)) {
        assert.ok(Number(mot[1]) >= 0 && Number(mot[2]) <= large + 0.5, `${document.nom}, page ${rang + 1} : « ${mot[3]} » sort de la feuille`);
        for (const marque of mot[3].matchAll(/§(\d+)([df])/g)) ou.set(`${marque[1]}${marque[2]}`, rang);
      }
    }
    let lues = 0;
    for (let n = 0; n < nombre; n += 1) {
      if (!ou.has(`${n}d`) || !ou.has(`${n}f`)) continue;
      lues += 1;
      assert.equal(ou.get(`${n}d`), ou.get(`${n}f`), `${document.nom} : la ligne ${n} est coupée entre deux feuilles`);
    }
    for (const lignes of entiers) {
      const feuilles = new Set(lignes.map(n => ou.get(`${n}d`)).filter(rang => rang !== undefined));
      assert.ok(feuilles.size <= 1, `${document.nom} : un tableau court est sur ${feuilles.size} feuilles`);
    }
    assert.ok(lues >= nombre * 0.9, `${document.nom} : ${lues} lignes retrouvées sur ${nombre}`);
    await page.close();
  });
}
