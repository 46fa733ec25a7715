//! The columns that declarations compute from the records of a table, for the tables whose row rules are here: who computes them is
//! another matter, `transform` on the whole lake, `ingest` on the records of one file, which has no others to join.

/// (table, content of its declaration file).
pub const DECLARED: &[(&str, &str)] = &[
    ("samu_rdr", include_str!("../columns/samu_rdr.toml")),
    ("samu_decisions", include_str!("../columns/samu_decisions.toml")),
    ("samu_appels_agreges", include_str!("../columns/samu_appels_agreges.toml")),
    ("sas_rdv", include_str!("../columns/sas_rdv.toml")),
    ("smur_rpis", include_str!("../columns/smur_rpis.toml")),
    ("mmg_sites", include_str!("../columns/mmg_sites.toml")),
    ("mmg_activite_mois", include_str!("../columns/mmg_activite_mois.toml")),
    ("mmg_activite_horaire", include_str!("../columns/mmg_activite_horaire.toml")),
    ("mmg_consultations", include_str!("../columns/mmg_consultations.toml")),
    ("lits_fermetures", include_str!("../columns/lits_fermetures.toml")),
    ("lits", include_str!("../columns/lits.toml")),
];

/// The declaration of a table, if it has one.
pub fn of(table: &str) -> Option<&'static str> {
    DECLARED.iter().find(|(known, _)| *known == table).map(|(_, text)| *text)
}
