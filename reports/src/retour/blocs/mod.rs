//! The ten blocks, one function each.

mod champs;
mod delais;
mod distributions;
mod durees;
mod incoherences;
mod journal;
mod plan;
mod production;
mod synthese;
mod transmission;
mod valeurs;

use lake::retour::Retour;

use super::Part;
use super::declaration::{Bloc, DeclaredSection};

pub fn block(declared: &DeclaredSection, retour: &Retour) -> Part {
    match declared.bloc {
        Bloc::Synthese => synthese::block(retour),
        Bloc::Transmission => transmission::block(retour),
        Bloc::Production => production::block(retour),
        Bloc::Champs => champs::block(retour),
        Bloc::Valeurs => valeurs::block(retour),
        Bloc::Incoherences => incoherences::block(retour, declared),
        Bloc::Distributions => distributions::block(retour),
        Bloc::Durees => durees::block(retour),
        Bloc::Journal => journal::block(retour),
        Bloc::Actions => plan::block(retour),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Declared;
    use super::Bloc;

    #[test]
    fn the_embedded_document_has_the_ten_blocks_in_order() {
        let declared = Declared::load(None).unwrap();
        let blocks: Vec<Bloc> = declared.section.iter().map(|section| section.bloc).collect();
        assert_eq!(blocks, Bloc::ALL);
    }
}
