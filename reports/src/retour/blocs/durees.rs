//! Block 8: very short and very long stays, round minutes, exits recorded together.

use lake::retour::{Habitude, Retour, part};

use super::super::Part;
use super::super::parts::{FEW_OTHERS, count, of, share, source, table, words};
use crate::document::{Block, Cell, Table};
use crate::typography as typo;

pub fn block(retour: &Retour) -> Part {
    let mut made = Part::default();
    if retour.habitudes.is_empty() {
        return made;
    }
    let said: Vec<String> = retour.habitudes.iter().filter(|habit| habit.signalee).map(sentence).collect();
    let said = match said.is_empty() {
        true => vec![typo::french(
            "Les heures saisies ne montrent ni arrondi ni regroupement qui sorte de l'ordinaire.",
        )],
        false => said,
    };
    made.blocks.push(Block::Messages { items: said });
    let habits = habits(retour);
    made.blocks.push(Block::Table(habits.clone()));
    made.sheets.push(habits);
    made
}

fn sentence(habit: &Habitude) -> String {
    let (one, many) = if habit.id.starts_with("entree") {
        ("entrée", "entrées")
    } else {
        ("sortie connue", "sorties connues")
    };
    let usual = match (habit.attendu, habit.region) {
        (Some(share), _) => format!(" ; {} sont attendues {}", typo::share(share), habit.attendu_selon),
        (None, Some(share)) => format!(" ; {} sur les autres sites de la région", typo::share(share)),
        (None, None) => String::new(),
    };
    typo::french(&format!(
        "{} : {}{usual}.",
        habit.libelle,
        of(habit.nombre, one, many, habit.sur)
    ))
}

fn habits(retour: &Retour) -> Table {
    let rows = retour.habitudes.iter().map(|habit| {
        let expected = match habit.attendu {
            Some(value) => share(Some(value), ""),
            None => Cell {
                status: Some("pas de valeur attendue : comparer aux autres sites"),
                ..Cell::words("–")
            },
        };
        let cells = vec![
            count(habit.nombre),
            count(habit.sur),
            share(part(habit.nombre, habit.sur), "aucune heure reçue"),
            expected,
            share(habit.region, FEW_OTHERS),
            words(if habit.signalee { "à vérifier" } else { "" }),
        ];
        (typo::french(&habit.libelle), cells)
    });
    let columns = [
        ("Habitude", false),
        ("Nombre", true),
        ("Heures connues", true),
        ("Part", true),
        ("Attendue", true),
        ("Autres sites", true),
        ("Signalée", false),
    ];
    let mut made = table(
        "R-T08",
        "Durées extrêmes et heures rondes",
        "Parmi les entrées et les sorties dont l'heure est connue",
        &columns,
        rows.collect(),
        source(retour),
    );
    made.notes.push(typo::french(
        "Attendue : minutes également fréquentes ; pour 07:00 et 15:00, moyenne des huit quarts d'heure voisins. Signalée : au moins 30 \
         cas, une fois et demie la part attendue, et plus de 3,29 erreurs-types au-dessus ; pour les durées, au-dessus des limites à 99,8 % \
         du nuage des sites de la région.",
    ));
    made
}
