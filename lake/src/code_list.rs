//! Code lists: the codes a column may hold, each with its label and provenance, read from `lake/codes/*.csv` and
//! `lake/reference/*.csv`. The first column of a file is the code, the second its label.

use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Codes in the order of the file.
#[derive(Debug, Clone)]
pub struct CodeList {
    pub nom: &'static str,
    pub codes: Vec<Code>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Code {
    pub code: String,
    pub label_fr: String,
    /// The other columns of the file, by header.
    pub autres: BTreeMap<String, String>,
}

impl CodeList {
    pub fn contains(&self, code: &str) -> bool {
        self.codes.iter().any(|row| row.code == code)
    }

    pub fn label(&self, code: &str) -> Option<&str> {
        self.codes
            .iter()
            .find(|row| row.code == code)
            .map(|row| row.label_fr.as_str())
    }
}

macro_rules! embedded {
    ($($name:literal => $path:literal),* $(,)?) => {
        /// Raw text of every embedded code list, by name.
        pub const EMBEDDED: &[(&str, &str)] = &[$(($name, include_str!(concat!("../", $path)))),*];
    };
}

embedded! {
    "rpu_sexe" => "codes/rpu_sexe.csv",
    "rpu_mode_entree" => "codes/rpu_mode_entree.csv",
    "rpu_provenance" => "codes/rpu_provenance.csv",
    "rpu_transport" => "codes/rpu_transport.csv",
    "rpu_transport_pec" => "codes/rpu_transport_pec.csv",
    "rpu_gravite" => "codes/rpu_gravite.csv",
    "rpu_mode_sortie" => "codes/rpu_mode_sortie.csv",
    "rpu_destination" => "codes/rpu_destination.csv",
    "rpu_orientation" => "codes/rpu_orientation.csv",
    "rpu_cp_conventions" => "codes/rpu_cp_conventions.csv",
    "rpu_gemsa" => "codes/rpu_gemsa.csv",
    "rpu_aliases" => "codes/rpu_aliases.csv",
    "rpu_age_classes" => "codes/rpu_age_classes.csv",
    "rpu_tranches" => "codes/rpu_tranches.csv",
    "rpu_motif_thesaurus" => "codes/rpu_motif_thesaurus.csv",
    "rpu_dp_type_urgence" => "codes/rpu_dp_type_urgence.csv",
    "rpu_dp_chapitres" => "codes/rpu_dp_chapitres.csv",
    "rpu_dp_categories" => "codes/rpu_dp_categories.csv",
    "rpu_dp_sous_chapitres" => "codes/rpu_dp_sous_chapitres.csv",
    "cim10_principal" => "codes/cim10_principal.csv",
    "rpu_avc_cim10" => "codes/rpu_avc_cim10.csv",
    "beds_affectation_temporaire" => "codes/beds_affectation_temporaire.csv",
    "beds_champ_activite" => "codes/beds_champ_activite.csv",
    "beds_discipline" => "codes/beds_discipline.csv",
    "beds_genre" => "codes/beds_genre.csv",
    "beds_lit_supplementaire" => "codes/beds_lit_supplementaire.csv",
    "beds_motif_blocage" => "codes/beds_motif_blocage.csv",
    "beds_nature_capacite" => "codes/beds_nature_capacite.csv",
    "beds_source_capacite" => "codes/beds_source_capacite.csv",
    "beds_specialite" => "codes/beds_specialite.csv",
    "beds_statut_capacite" => "codes/beds_statut_capacite.csv",
    "beds_temporalite" => "codes/beds_temporalite.csv",
    "beds_type_fermeture" => "codes/beds_type_fermeture.csv",
    "beds_issue_demande" => "codes/beds_issue_demande.csv",
    "tension_perimetre" => "codes/tension_perimetre.csv",
    "mmg_source" => "codes/mmg_source.csv",
    "mmg_statut" => "codes/mmg_statut.csv",
    "mmg_nomenclature" => "codes/mmg_nomenclature.csv",
    "mmg_demandeur" => "codes/mmg_demandeur.csv",
    "mmg_reponse" => "codes/mmg_reponse.csv",
    "mmg_discipline" => "codes/mmg_discipline.csv",
    "sejours_mode_entree" => "codes/sejours_mode_entree.csv",
    "sejours_provenance" => "codes/sejours_provenance.csv",
    "sejours_mode_sortie" => "codes/sejours_mode_sortie.csv",
    "mmg_issue" => "codes/mmg_issue.csv",
    "mmg_mode_venue" => "codes/mmg_mode_venue.csv",
    "samu_attribution" => "codes/samu_attribution.csv",
    "samu_cadre_conventionnel" => "codes/samu_cadre_conventionnel.csv",
    "samu_canal" => "codes/samu_canal.csv",
    "samu_categorie_dossier" => "codes/samu_categorie_dossier.csv",
    "samu_decision_principale" => "codes/samu_decision_principale.csv",
    "samu_delai_intervention" => "codes/samu_delai_intervention.csv",
    "samu_difficulte_communication" => "codes/samu_difficulte_communication.csv",
    "samu_effet_a_obtenir" => "codes/samu_effet_a_obtenir.csv",
    "samu_etat_dossier" => "codes/samu_etat_dossier.csv",
    "samu_file_appels" => "codes/samu_file_appels.csv",
    "samu_filiere" => "codes/samu_filiere.csv",
    "samu_motif_recours" => "codes/samu_motif_recours.csv",
    "samu_nature_fait" => "codes/samu_nature_fait.csv",
    "samu_nb_victimes" => "codes/samu_nb_victimes.csv",
    "samu_niveau_soins" => "codes/samu_niveau_soins.csv",
    "samu_origine_appel" => "codes/samu_origine_appel.csv",
    "samu_periode_fedoru" => "codes/samu_periode_fedoru.csv",
    "samu_periode_pdsa" => "codes/samu_periode_pdsa.csv",
    "samu_priorite" => "codes/samu_priorite.csv",
    "samu_rdv_categorie_orientation" => "codes/samu_rdv_categorie_orientation.csv",
    "samu_rdv_methode" => "codes/samu_rdv_methode.csv",
    "samu_rdv_statut" => "codes/samu_rdv_statut.csv",
    "samu_reponse_demande" => "codes/samu_reponse_demande.csv",
    "samu_risque" => "codes/samu_risque.csv",
    "samu_role_operateur" => "codes/samu_role_operateur.csv",
    "samu_sas_type_consultation" => "codes/samu_sas_type_consultation.csv",
    "samu_sas_type_creneau" => "codes/samu_sas_type_creneau.csv",
    "samu_sexe" => "codes/samu_sexe.csv",
    "samu_type_appelant" => "codes/samu_type_appelant.csv",
    "samu_type_decision" => "codes/samu_type_decision.csv",
    "samu_type_intervention" => "codes/samu_type_intervention.csv",
    "samu_type_lieu" => "codes/samu_type_lieu.csv",
    "samu_type_orientation" => "codes/samu_type_orientation.csv",
    "samu_type_patient" => "codes/samu_type_patient.csv",
    "samu_type_ressource" => "codes/samu_type_ressource.csv",
    "smur_classe_devenir" => "codes/smur_classe_devenir.csv",
    "smur_ccmu" => "codes/smur_ccmu.csv",
    "smur_devenir_groupe" => "codes/smur_devenir_groupe.csv",
    "smur_devenir_patient" => "codes/smur_devenir_patient.csv",
    "smur_motif_annulation" => "codes/smur_motif_annulation.csv",
    "smur_niveau_prise_en_charge" => "codes/smur_niveau_prise_en_charge.csv",
    "smur_statut_vecteur" => "codes/smur_statut_vecteur.csv",
    "smur_type_sortie" => "codes/smur_type_sortie.csv",
    "smur_type_structure" => "codes/smur_type_structure.csv",
    "smur_type_vecteur" => "codes/smur_type_vecteur.csv",
    "departements" => "reference/departements.csv",
    "regions" => "reference/regions.csv",
}

/// Raw CSV text of a code list, for the lists whose columns need a reader of their own.
pub fn text(nom: &str) -> Option<&'static str> {
    EMBEDDED.iter().find(|(name, _)| *name == nom).map(|(_, text)| *text)
}

/// The code list of that name, first column as code, second as label.
pub fn code_list(nom: &str) -> Option<&'static CodeList> {
    static LISTS: OnceLock<Vec<CodeList>> = OnceLock::new();
    LISTS
        .get_or_init(|| EMBEDDED.iter().map(|(nom, text)| parse(nom, text)).collect())
        .iter()
        .find(|list| list.nom == nom)
}

fn parse(nom: &'static str, text: &str) -> CodeList {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headers = reader.headers().expect("embedded code lists have a header").clone();
    let codes = reader
        .records()
        .map(|row| {
            let row = row.expect("embedded code lists are well formed");
            let autres = headers
                .iter()
                .zip(row.iter())
                .skip(2)
                .map(|(h, v)| (h.to_owned(), v.to_owned()))
                .collect();
            Code {
                code: row[0].to_owned(),
                label_fr: row.get(1).unwrap_or_default().to_owned(),
                autres,
            }
        })
        .collect();
    CodeList { nom, codes }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_zeros_survive() {
        assert_eq!(code_list("departements").unwrap().codes[0].code, "01");
        assert!(code_list("beds_nature_capacite").unwrap().contains("01"));
    }

    #[test]
    fn the_thirteen_orientations_are_there() {
        assert_eq!(code_list("rpu_orientation").unwrap().codes.len(), 13);
    }
}
