//! The life of a document: draft, validated by someone, published once and for all; and what moved between two of its editions.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How far a document has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Etat {
    /// May be written again at any time.
    #[default]
    Brouillon,
    /// Someone answers for it.
    Valide,
    /// Out of the house: never changed; what corrects it is another version.
    Publie,
}

impl Etat {
    /// As printed.
    pub fn label_fr(self) -> &'static str {
        match self {
            Etat::Brouillon => "Brouillon",
            Etat::Valide => "Validé",
            Etat::Publie => "Publié",
        }
    }
}

/// Which edition of a document this is, and what it corrects.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Edition {
    pub etat: Etat,
    /// From 1.
    pub version: u32,
    /// Who validated it, and when; empty in a draft.
    #[serde(default)]
    pub valide_par: String,
    #[serde(default)]
    pub valide_le: Option<Timestamp>,
    #[serde(default)]
    pub publie_le: Option<Timestamp>,
    /// What the former version was made from; none in a first version.
    #[serde(default)]
    pub corrige: Option<Corrige>,
}

impl Default for Edition {
    fn default() -> Edition {
        Edition {
            etat: Etat::Brouillon,
            version: 1,
            valide_par: String::new(),
            valide_le: None,
            publie_le: None,
            corrige: None,
        }
    }
}

/// The version that this one corrects, and every figure that moved since.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Corrige {
    pub version: u32,
    pub publie_le: Option<Timestamp>,
    /// Release of that version.
    pub diffusion: String,
    /// Why, in the words of who corrects.
    pub motif: String,
    pub revisions: Vec<Revision>,
}

/// Why a figure moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Deliveries received between the two instants brought records of days of the period.
    Tardifs,
    /// Deliveries received between the two instants changed or withdrew records of the period.
    Corriges,
    /// The formula, population or dimension of the figure is not written the same.
    Definition,
    /// Rules, tables or other declarations differ, not those of the figure itself.
    Declarations,
    /// Structures of the place opened, closed or changed.
    Perimetre,
    /// The gate hides one of the two.
    Diffusion,
    /// None of these.
    Inexpliquee,
}

impl Cause {
    pub fn as_str(self) -> &'static str {
        match self {
            Cause::Tardifs => "tardifs",
            Cause::Corriges => "corriges",
            Cause::Definition => "definition",
            Cause::Declarations => "declarations",
            Cause::Perimetre => "perimetre",
            Cause::Diffusion => "diffusion",
            Cause::Inexpliquee => "inexpliquee",
        }
    }

    /// As printed.
    pub fn label_fr(self) -> &'static str {
        match self {
            Cause::Tardifs => "enregistrements reçus depuis",
            Cause::Corriges => "enregistrements corrigés ou retirés depuis",
            Cause::Definition => "définition modifiée",
            Cause::Declarations => "règles ou autres déclarations modifiées",
            Cause::Perimetre => "structures du périmètre modifiées",
            Cause::Diffusion => "secret statistique",
            Cause::Inexpliquee => "cause non trouvée",
        }
    }
}

/// A figure that is not the same in two releases. A side that is absent has no value and no status.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Revision {
    /// Short name of the figure.
    pub figure: String,
    /// Its key, in the order of [`crate::figure::KEY`].
    pub cle: Vec<String>,
    pub unite: String,
    pub avant: Option<f64>,
    pub apres: Option<f64>,
    /// `ok`, `masked`…; empty when the figure is not in that release.
    pub statut_avant: String,
    pub statut_apres: String,
    /// In order, without repetition; never empty.
    pub causes: Vec<Cause>,
    /// Deliveries behind [`Cause::Tardifs`] and [`Cause::Corriges`].
    pub envois: u32,
}
