//! What `oru quality` is asked to show, the same for its three lists.

use lake::finding::Finding;
use transform::Catalogue;
use transform::judgement::differences::{Differences, Probleme};
use transform::judgement::name_of;

use crate::declarations;
use crate::error::{CommandError, Result};

/// Levels of the areas that findings are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Niveau {
    Etablissement,
    Departement,
    TypeEtablissement,
    Region,
}

impl Niveau {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Etablissement => "etablissement",
            Self::Departement => "departement",
            Self::TypeEtablissement => "type_etablissement",
            Self::Region => "region",
        }
    }
}

#[derive(clap::Args)]
pub struct Filter {
    /// Une seule règle, ou une seule clause
    #[arg(long, value_name = "REGLE")]
    pub regle: Option<String>,
    /// Périodes qui commencent ainsi : 2025, 2025-03, 2025-03-14, 2025-Q1
    #[arg(long, value_name = "PERIODE")]
    pub periode: Option<String>,
}

impl Filter {
    /// A rule mistyped must not read as a rule without anomaly.
    pub fn verify(&self, catalogue: &Catalogue) -> Result<()> {
        let Some(rule) = &self.regle else { return Ok(()) };
        let names = declarations::rule_names(catalogue);
        match names.contains(rule) {
            true => Ok(()),
            false => Err(CommandError::unknown(
                "règle inconnue",
                rule,
                names.iter().map(String::as_str),
            )),
        }
    }

    pub fn takes(&self, finding: &Finding) -> bool {
        self.takes_rule(&name_of(finding)) && self.takes_period(&finding.period)
    }

    /// The problems that are wanted of each list, perhaps of one site.
    pub fn of_differences(&self, found: Differences, site: Option<&str>) -> Differences {
        let kept = |problems: Vec<Probleme>| {
            let is_wanted = |problem: &Probleme| {
                let of_site = site.is_none_or(|site| site == problem.site);
                of_site && self.takes_rule(&problem.regle) && self.takes_period(&problem.periode)
            };
            problems.into_iter().filter(is_wanted).collect()
        };
        Differences {
            nouveaux: kept(found.nouveaux),
            resolus: kept(found.resolus),
            persistants: kept(found.persistants),
        }
    }

    /// A rule takes its clauses: `RPU-E19` is `RPU-E19.SEXE` too, `RPU-C2` is not `RPU-C20`.
    fn takes_rule(&self, name: &str) -> bool {
        let of_rule = |rule: &String| {
            let clause = name.strip_prefix(rule.as_str());
            clause.is_some_and(|clause| !clause.starts_with(|first: char| first.is_ascii_digit()))
        };
        self.regle.as_ref().is_none_or(of_rule)
    }

    fn takes_period(&self, period: &str) -> bool {
        self.periode.as_ref().is_none_or(|wanted| period.starts_with(wanted.as_str()))
    }
}
