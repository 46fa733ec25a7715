"use strict";
// Chaque classeur s'ouvre dans LibreOffice ; ce qu'il en relit est ce que disent les CSV du même document.
const { test, before, after } = require("node:test");
const assert = require("node:assert/strict");
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { attendus } = require("./documents.cjs");

const classeurs = attendus(".xlsx", ["trimestriel", "fiche-etablissement", "fiche-departement", "synthese-presse", "retour-qualite"]);
// Toutes les feuilles, en nombres entiers de précision et non tels qu'affichés.
const FILTRE = "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,false,false,false,false,-1";
let dossier;
let dit = "";

before(() => {
  dossier = fs.mkdtempSync(path.join(os.tmpdir(), "oru-classeurs-"));
  dit = execFileSync("soffice", [
    "--headless", `-env:UserInstallation=file://${dossier}/profil`, "--convert-to", FILTRE, "--outdir", dossier,
    ...classeurs.map(({ chemin }) => chemin),
  ], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1 << 26 });
});
after(() => fs.rmSync(dossier, { recursive: true }));

// Une ligne est une liste de cases ; LibreOffice met un nombre entre guillemets, jamais un texte.
const lire = chemin => {
  const texte = fs.readFileSync(chemin, "utf8").replace(/^\ufeff/, "");
  const lignes = [[]];
  const motif = /("(?:[^"]|"")*"|[^;\r\n]*)(;|\r?\n|$)/gy;
  for (let trouve; motif.lastIndex < texte.length && (trouve = motif.exec(texte));) {
    const cite = trouve[1].startsWith('"');
    lignes[lignes.length - 1].push({ texte: cite ? trouve[1].slice(1, -1).replace(/""/g, '"') : trouve[1], cite });
    if (trouve[2] !== ";") lignes.push([]);
  }
  return lignes.filter(ligne => ligne.length);
};
const nombre = texte => (/^-?\d+(,\d+)?$/.test(texte) ? Number(texte.replace(",", ".")) : null);

for (const { genre, nom, chemin } of classeurs) {
  test(`${genre} : le classeur s'ouvre et chaque nombre est celui des CSV`, () => {
    const base = path.basename(chemin, ".xlsx");
    assert.ok(!/erro|warn|avert/i.test(dit.replace(/^convert .*$|^Writing .*$/gm, "")), dit);
    const feuilles = fs.readdirSync(dossier).filter(feuille => feuille.startsWith(`${base}-`));
    assert.ok(feuilles.some(feuille => feuille.endsWith("-Lisez-moi.csv")), `${nom} : sans feuille « Lisez-moi »`);
    const tables = path.join(path.dirname(chemin), "tables");
    if (!fs.existsSync(tables)) return assert.ok(feuilles.length > 3, `${nom} : ${feuilles.length} feuilles`);
    let compares = 0;
    for (const table of fs.readdirSync(tables).filter(fichier => fichier.endsWith(".csv"))) {
      const id = table.replace(/(-donnees)?\.csv$/, "");
      const donnees = table.endsWith("-donnees.csv");
      const feuille = feuilles.find(fichier => {
        const [debut, suite] = fichier.slice(base.length + 1).split(" ");
        return debut.toLowerCase() === id && donnees === (suite === "Données");
      });
      assert.ok(feuille, `${nom} : ${table} n'a pas de feuille`);
      const [ecrit, relu] = [lire(path.join(tables, table)), lire(path.join(dossier, feuille))];
      assert.equal(relu.length, ecrit.length, `${nom} : lignes de ${feuille}`);
      for (const [rang, ligne] of ecrit.entries()) {
        for (const [place, { texte }] of ligne.entries()) {
          const attendu = rang ? nombre(texte) : null;
          const trouve = relu[rang][place];
          // Un code (FINESS, modalité) reste un texte dans les deux.
          if (attendu === null || !trouve.cite) continue;
          const valeur = Number(trouve.texte.replace("%", ""));
          assert.ok(Math.abs(valeur - attendu) <= 1e-4 * Math.max(1, Math.abs(attendu)), `${feuille}, ligne ${rang + 1} : ${trouve.texte} au lieu de ${texte}`);
          compares += 1;
        }
      }
    }
    assert.ok(compares > 50, `${nom} : ${compares} nombres comparés`);
  });
}
