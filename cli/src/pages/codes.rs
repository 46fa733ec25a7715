//! `codes_de_sortie.md`.

use crate::exit;

pub fn page() -> String {
    let mut text = String::from(
        "# Codes de sortie\n\n\
         Chaque commande d'`oru` rend l'un de ces codes ; 4 l'emporte sur 3. L'unité systemd d'exemple porte \
         `SuccessExitStatus=3` : une nuit où un envoi est refusé n'est pas une panne.\n\n\
         | code | nom | ce qu'il veut dire |\n|---|---|---|\n",
    );
    for (code, name, meaning) in exit::TABLE {
        text.push_str(&format!("| {code} | {name} | {meaning} |\n"));
    }
    text
}
