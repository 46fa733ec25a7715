"use strict";
// Chaque PDF : ses pages, ses polices, sa structure. PDF/UA-1 est vérifié par le programme quand il l'écrit ; ici, sans lui, ce qu'un
// lecteur d'écran trouverait.
const { test } = require("node:test");
const assert = require("node:assert/strict");
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const { attendus } = require("./documents.cjs");

// Feuilles de chaque genre ; une fiche qui déborde n'est plus une fiche.
const FEUILLES = { "fiche-etablissement": [2, 2], "fiche-departement": [4, 4], "synthese-presse": [1, 1], trimestriel: [30, 120] };
const documents = attendus(".pdf", Object.keys(FEUILLES));
const lancer = (programme, ...mots) => execFileSync(programme, mots, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1 << 28 });

for (const { genre, nom, chemin } of documents) {
  test(`${genre} : nombre de pages, poids, polices incorporées`, () => {
    const pages = Number(/^Pages:\s+(\d+)/m.exec(lancer("pdfinfo", chemin))[1]);
    const [moins, plus] = FEUILLES[genre];
    assert.ok(pages >= moins && pages <= plus, `${nom} : ${pages} pages au lieu de ${moins === plus ? moins : `${moins} à ${plus}`}`);
    assert.ok(fs.statSync(chemin).size < 5e6, `${nom} pèse ${fs.statSync(chemin).size} octets`);
    const polices = lancer("pdffonts", chemin).split("\n").slice(2).filter(Boolean);
    assert.ok(polices.length > 0);
    for (const police of polices) assert.match(police, /\s+yes yes yes\s+/, `${nom} : police non incorporée, ${police}`);
    const images = lancer("pdfimages", "-list", chemin).split("\n").slice(2).filter(Boolean);
    assert.deepEqual(images, [], `${nom} : les dessins sont des vecteurs`);
  });

  test(`${genre} : structure, langue, titre, textes alternatifs, en-têtes de tableau`, () => {
    const { qpdf: [, objets] } = JSON.parse(lancer("qpdf", "--json=2", "--json-key=qpdf", chemin));
    const valeurs = Object.values(objets).map(objet => objet.value ?? objet.stream?.dict).filter(Boolean);
    const catalogue = valeurs.find(valeur => valeur["/Type"] === "/Catalog");
    assert.equal(catalogue["/MarkInfo"]["/Marked"], true);
    assert.match(catalogue["/Lang"], /^u:fr/);
    assert.ok(catalogue["/StructTreeRoot"], "arbre de structure");
    const prefere = catalogue["/ViewerPreferences"];
    assert.equal((typeof prefere === "string" ? objets[`obj:${prefere}`].value : prefere)["/DisplayDocTitle"], true);
    const elements = valeurs.filter(valeur => valeur["/Type"] === "/StructElem" || valeur["/S"] && valeur["/P"]);
    const de = genre_ => elements.filter(element => element["/S"] === genre_);
    for (const figure of de("/Figure")) assert.ok(String(figure["/Alt"] ?? "").length > 20, `${nom} : figure sans texte alternatif`);
    assert.ok(de("/H1").length > 0 && de("/Table").length + de("/Figure").length > 0);
    for (const tableau of de("/Table").slice(0, 1)) assert.ok(tableau);
    if (de("/Table").length) assert.ok(de("/TH").length > de("/Table").length, `${nom} : en-têtes de tableau`);
    // Tout ce qui est peint est soit de la structure, soit un artefact : chaque page dit son rang dans l'arbre.
    for (const page of valeurs.filter(valeur => valeur["/Type"] === "/Page")) {
      assert.ok(page["/StructParents"] !== undefined && page["/Tabs"] === "/S", `${nom} : page sans structure`);
    }
  });
}
