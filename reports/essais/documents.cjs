"use strict";
// Les documents rendus pour les essais, par genre. DOCUMENTS est le dossier que `make documents` a rempli.
const fs = require("node:fs");
const path = require("node:path");

const racine = process.env.DOCUMENTS;
if (!racine) throw new Error("DOCUMENTS : donner le dossier des documents rendus (voir make documents)");

const fichiers = fin => fs.readdirSync(racine, { recursive: true })
  .filter(nom => nom.endsWith(fin) && !nom.includes("tables/"))
  .sort()
  .map(nom => ({ genre: nom.split("/")[0].replace(/-\d{4}-(Q\d|\d{2})$/, ""), nom, chemin: path.join(racine, nom) }));

// Un genre sans document serait un essai qui ne dit rien.
const attendus = (fin, genres) => {
  const trouves = fichiers(fin);
  for (const genre of genres) {
    if (!trouves.some(document => document.genre === genre)) throw new Error(`aucun document « ${genre} » en ${fin} dans ${racine}`);
  }
  return trouves;
};

module.exports = { attendus };
