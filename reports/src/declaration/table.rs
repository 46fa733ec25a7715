//! Tables as declared.

use serde::Deserialize;

use super::Selection;

/// Rows × columns, each a partial selection of a figure; the cell is what both say together.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableDecl {
    pub id: String,
    pub titre: String,
    #[serde(default)]
    pub sous_titre: String,
    /// Header of the first column.
    #[serde(default)]
    pub entete: String,
    #[serde(default)]
    pub colonne: Vec<Selection>,
    /// One column per modality of a dimension, before the others: the first of them that the release holds.
    #[serde(default)]
    pub colonnes_par: Option<Selection>,
    /// One column per area of a level, before the others: `departement`.
    #[serde(default)]
    pub colonnes_zones: Option<RowsBy>,
    #[serde(default)]
    pub groupe: Vec<GroupDecl>,
    /// Takes the groups of an earlier table of the document, for another population.
    #[serde(default)]
    pub reprend: Option<String>,
    /// Rows of the earlier table left out, by title.
    #[serde(default)]
    pub sauf: Vec<String>,
    /// What every cell starts from.
    #[serde(default)]
    pub pour: Option<Selection>,
    #[serde(default)]
    pub notes: Vec<String>,
    /// Where the figures come from, when not the RPU.
    #[serde(default)]
    pub source: Option<String>,
    #[serde(default)]
    pub dense: bool,
    /// Indicator without any value of which the table has nothing to say, and is left out.
    #[serde(default)]
    pub si: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupDecl {
    #[serde(default)]
    pub titre: String,
    #[serde(default)]
    pub ligne: Vec<Selection>,
    /// Makes the rows from what the release holds.
    #[serde(default)]
    pub lignes_par: Option<RowsBy>,
    /// With `lignes_par`: what each row starts from.
    #[serde(default)]
    pub modele: Option<Selection>,
    /// Leaves out the rows whose every count is a true zero.
    #[serde(default)]
    pub sans_nuls: bool,
    /// With `lignes_par = "taille"`: classes of sites by passages over twelve months, each below its bound.
    #[serde(default)]
    pub classe: Vec<SizeDecl>,
    /// Leaves out the rows of which nothing is known: the hospitals without a SMUR in a table of SMUR.
    #[serde(default)]
    pub sans_vides: bool,
    /// With `lignes_par = "modalite"`: the highest values only, that many, from the highest. What is not published is not listed.
    #[serde(default)]
    pub premiers: Option<usize>,
    /// The lowest values in their place, from the lowest.
    #[serde(default)]
    pub derniers: Option<usize>,
    /// With `premiers` or `derniers`: only the modalities whose denominator reaches this.
    #[serde(default)]
    pub effectif_min: Option<f64>,
    /// What an empty field means here, when it is not « Non renseigné ».
    #[serde(default)]
    pub titre_manquant: Option<String>,
    /// Indicator without any value of which the group is left out.
    #[serde(default)]
    pub si: Option<String>,
}

/// Sites of fewer passages over twelve months than a bound, and of no smaller class.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SizeDecl {
    pub titre: String,
    /// None for the largest.
    #[serde(default)]
    pub moins_de: Option<f64>,
}

/// Rows that the release gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowsBy {
    /// Each département.
    Departement,
    TypeEtablissement,
    /// Sites of what the document is about.
    Etablissement,
    /// Sites, one group per département with its subtotal, then the region.
    EtablissementParDepartement,
    /// Classes of sites by size, each with the totals of its sites.
    Taille,
    /// Months of the period.
    Mois,
    /// Modalities of the dimension of `modele`.
    Modalite,
    /// Modalities of the second dimension of `modele`.
    Modalite2,
}

impl TableDecl {
    /// Everything it selects.
    pub(super) fn selections(&self) -> impl Iterator<Item = &Selection> {
        self.colonne
            .iter()
            .chain(&self.colonnes_par)
            .chain(&self.pour)
            .chain(self.groupe.iter().flat_map(|group| group.ligne.iter().chain(&group.modele)))
    }
}
