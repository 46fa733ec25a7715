//! The declarations of the binary and those of a site, read and held against the tables they fill.

use std::path::{Path, PathBuf};

use lake::delivery::delivery_id;
use lake::table::Replacement;

use super::{Extract, Kind, Reader};

/// The kinds a reading chooses among.
#[derive(Debug, Clone, PartialEq)]
pub struct Kinds {
    kinds: Vec<Kind>,
    fingerprint: String,
}

#[derive(Debug, thiserror::Error)]
pub enum KindsError {
    #[error("failed to read the extract kind {path}: {source}")]
    Read { path: PathBuf, source: std::io::Error },
    #[error("failed to understand the extract kind {path}: {source}")]
    Parse { path: PathBuf, source: toml::de::Error },
    #[error("the extract kind {nom} is declared twice")]
    Twice { nom: String },
    #[error("the extract kind {nom} feeds {table}, which is not a declared table")]
    NoTable { nom: String, table: String },
    #[error("the extract kind {nom} feeds {table}, which is replaced by window: only a tree reader gives one")]
    NoWindow { nom: String, table: String },
    #[error("the extract kind {nom} may leave {colonne} empty, which gives the month of a record of {table}")]
    NoMonth { nom: String, table: String, colonne: String },
    #[error("the extract kind {nom} takes the parameters of {autre}, which has none")]
    NoParameters { nom: String, autre: String },
    #[error("the extract kind {nom} names the column {colonne}, which the table {table} does not declare")]
    NoColumn { nom: String, table: String, colonne: String },
}

const EMBEDDED: &[(&str, &str)] = &[
    ("rpu_oscour.toml", include_str!("../../kinds/rpu_oscour.toml")),
    ("rpu_syrius.toml", include_str!("../../kinds/rpu_syrius.toml")),
    ("rpu_plat_a.toml", include_str!("../../kinds/rpu_plat_a.toml")),
    ("rpu_plat_b.toml", include_str!("../../kinds/rpu_plat_b.toml")),
    ("smur_rpis_json.toml", include_str!("../../kinds/smur_rpis_json.toml")),
    ("sas_rdv_json.toml", include_str!("../../kinds/sas_rdv_json.toml")),
    ("lits_snap.toml", include_str!("../../kinds/lits_snap.toml")),
    ("rpu_declares.toml", include_str!("../../kinds/rpu_declares.toml")),
    ("lits_cap.toml", include_str!("../../kinds/lits_cap.toml")),
    ("lits_fermetures.toml", include_str!("../../kinds/lits_fermetures.toml")),
    ("lits_demandes.toml", include_str!("../../kinds/lits_demandes.toml")),
    ("lits_blocages.toml", include_str!("../../kinds/lits_blocages.toml")),
    ("sejours.toml", include_str!("../../kinds/sejours.toml")),
    ("het_declarations.toml", include_str!("../../kinds/het_declarations.toml")),
    ("mmg_sites.toml", include_str!("../../kinds/mmg_sites.toml")),
    ("mmg_activite_mois.toml", include_str!("../../kinds/mmg_activite_mois.toml")),
    (
        "mmg_activite_horaire.toml",
        include_str!("../../kinds/mmg_activite_horaire.toml"),
    ),
    ("mmg_consultations.toml", include_str!("../../kinds/mmg_consultations.toml")),
    (
        "admissions_directes.toml",
        include_str!("../../kinds/admissions_directes.toml"),
    ),
    ("samu_rdr.toml", include_str!("../../kinds/samu_rdr.toml")),
    ("samu_decisions.toml", include_str!("../../kinds/samu_decisions.toml")),
    (
        "samu_appels_agreges.toml",
        include_str!("../../kinds/samu_appels_agreges.toml"),
    ),
    ("samu_activite_jour.toml", include_str!("../../kinds/samu_activite_jour.toml")),
    ("sas_rdv.toml", include_str!("../../kinds/sas_rdv.toml")),
    ("smur_rpis.toml", include_str!("../../kinds/smur_rpis.toml")),
    ("smur_activite_mois.toml", include_str!("../../kinds/smur_activite_mois.toml")),
    ("sae_smursamu.toml", include_str!("../../kinds/sae_smursamu.toml")),
];

impl Kinds {
    /// The kinds of the binary.
    pub fn embedded() -> Kinds {
        Kinds::load(&[]).expect("the embedded extract kinds are valid")
    }

    /// The embedded kinds and those of the files given.
    pub fn load(extra: &[PathBuf]) -> Result<Kinds, KindsError> {
        let mut kinds = Vec::new();
        let mut texts = String::new();
        for (name, text) in EMBEDDED {
            kinds.push(parse(Path::new(name), text)?);
            texts.push_str(text);
        }
        for path in extra {
            let text = std::fs::read_to_string(path).map_err(|source| KindsError::Read {
                path: path.clone(),
                source,
            })?;
            kinds.push(parse(path, &text)?);
            texts.push_str(&text);
        }
        for (rank, kind) in kinds.iter().enumerate() {
            if kinds[..rank].iter().any(|other| other.nom == kind.nom) {
                return Err(KindsError::Twice { nom: kind.nom.clone() });
            }
        }
        share_parameters(&mut kinds)?;
        Ok(Kinds {
            kinds,
            fingerprint: delivery_id(texts.as_bytes()),
        })
    }

    /// Hash of the declarations.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    pub fn iter(&self) -> impl Iterator<Item = &Kind> {
        self.kinds.iter()
    }

    pub fn get(&self, nom: &str) -> Option<&Kind> {
        self.kinds.iter().find(|kind| kind.nom == nom)
    }
}

/// Gives a kind the parameters of the one it names.
fn share_parameters(kinds: &mut [Kind]) -> Result<(), KindsError> {
    for rank in 0..kinds.len() {
        let Some(other) = kinds[rank].rpu_de.clone() else { continue };
        let parameters = kinds.iter().find(|kind| kind.nom == other).and_then(|kind| kind.rpu.clone());
        if parameters.is_none() {
            return Err(KindsError::NoParameters {
                nom: kinds[rank].nom.clone(),
                autre: other,
            });
        }
        kinds[rank].rpu = parameters;
    }
    Ok(())
}

fn parse(path: &Path, text: &str) -> Result<Kind, KindsError> {
    let mut kind: Kind = toml::from_str(text).map_err(|source| KindsError::Parse {
        path: path.to_owned(),
        source,
    })?;
    lower(&mut kind);
    let Some(table) = lake::table::table(&kind.table) else {
        return Err(KindsError::NoTable {
            nom: kind.nom,
            table: kind.table,
        });
    };
    if matches!(kind.lecteur, Reader::Plat | Reader::Json) && matches!(table.remplacement, Replacement::Fenetre { .. }) {
        return Err(KindsError::NoWindow {
            nom: kind.nom,
            table: kind.table,
        });
    }
    let always = table.column(&table.mois).is_some_and(|column| column.obligatoire);
    if matches!(kind.lecteur, Reader::Plat | Reader::Json)
        && !always
        && !kind.derivee.iter().any(|derived| derived.colonne == table.mois)
    {
        return Err(KindsError::NoMonth {
            nom: kind.nom,
            table: kind.table,
            colonne: table.mois.clone(),
        });
    }
    let mut named: Vec<&String> = kind.alias.keys().collect();
    named.extend(kind.valeur.iter().map(|value| &value.colonne));
    named.extend(
        kind.derivee
            .iter()
            .flat_map(|derived| std::iter::once(&derived.colonne).chain(&derived.de).chain(&derived.a)),
    );
    let parts: Vec<String> = kind
        .derivee
        .iter()
        .flat_map(|derived| &derived.parties)
        .flat_map(|part| part.split('|').map(str::to_owned))
        .collect();
    named.extend(&parts);
    named.extend(kind.comparaison.iter().map(|comparison| &comparison.gauche));
    named.extend(kind.pivot.iter().flat_map(|pivot| pivot.cas.iter().map(|case| &case.colonne)));
    let message = kind.message.iter();
    named.extend(message.flat_map(|message| {
        message
            .chemins
            .keys()
            .chain(message.defauts.keys())
            .chain(message.ages.keys())
    }));
    if let Extract::Colonne { colonne } = &kind.extract {
        named.push(colonne);
    }
    match named.into_iter().find(|colonne| table.column(colonne).is_none()) {
        Some(colonne) => Err(KindsError::NoColumn {
            nom: kind.nom.clone(),
            table: kind.table.clone(),
            colonne: colonne.clone(),
        }),
        None => Ok(kind),
    }
}

/// Headers are compared in lower case, however they are declared.
fn lower(kind: &mut Kind) {
    let names = kind.alias.values_mut().flatten().chain(&mut kind.reconnaissance.colonnes);
    let forbidden = kind.interdites.iter_mut().flat_map(|forbidden| &mut forbidden.colonnes);
    names.chain(forbidden).for_each(|name| *name = name.trim().to_lowercase());
    kind.pivot.iter_mut().for_each(super::Pivot::lower);
    let ignored = std::mem::take(&mut kind.ignorees).into_iter();
    kind.ignorees = ignored.map(|(name, reason)| (name.trim().to_lowercase(), reason)).collect();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn embedded(name: &str) -> &'static str {
        EMBEDDED.iter().find(|(file, _)| *file == name).unwrap().1
    }

    fn declares() -> &'static str {
        embedded("rpu_declares.toml")
    }

    #[test]
    fn the_embedded_kinds_are_valid() {
        let names: Vec<_> = Kinds::embedded().iter().map(|kind| kind.nom.clone()).collect();
        assert_eq!(names[..2], ["rpu_oscour", "rpu_syrius"]);
        assert_eq!(names.len(), EMBEDDED.len());
    }

    #[test]
    fn a_kind_that_names_an_unknown_column_is_refused() {
        let text = declares().replace("[controles]", "[alias]\nmoi = [\"x\"]\n[controles]");
        assert!(parse(Path::new("x.toml"), &text).unwrap_err().to_string().contains("moi"));
    }

    #[test]
    fn a_flat_kind_cannot_feed_a_table_replaced_by_window() {
        let text = declares().replace("table = \"rpu_declares\"", "table = \"rpu\"");
        assert!(matches!(parse(Path::new("x.toml"), &text), Err(KindsError::NoWindow { .. })));
    }

    #[test]
    fn a_flat_kind_always_gives_the_month_of_a_record() {
        let text = embedded("lits_snap.toml").replace("colonne = \"ts_etat_local\"", "colonne = \"ts_maj_local\"");
        assert!(matches!(parse(Path::new("x.toml"), &text), Err(KindsError::NoMonth { .. })));
    }

    #[test]
    fn unknown_keys_are_refused() {
        let text = format!("couleur = \"bleu\"\n{}", declares());
        assert!(matches!(parse(Path::new("x.toml"), &text), Err(KindsError::Parse { .. })));
    }
}
