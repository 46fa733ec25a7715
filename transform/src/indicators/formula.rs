//! How the figure of an indicator is computed: the forms that the key `formule` of a row may have. Nothing here computes.

use serde::Deserialize;

/// How the figure is computed. Ratios of totals, never means of ratios; quantiles on records, never averaged.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "forme", rename_all = "snake_case", deny_unknown_fields)]
pub enum Formula {
    /// Number of records that satisfy the predicate.
    Count {
        filtre: String,
    },
    /// Total of an expression over the records that satisfy the predicate.
    Sum {
        expression: String,
        filtre: String,
    },
    /// One total over another. `proportion` gives a Wilson interval, `taux` a Poisson one (Byar).
    Quotient {
        numerateur: Side,
        denominateur: Side,
        #[serde(default)]
        proportion: bool,
        #[serde(default)]
        taux: bool,
        /// Multiplies the quotient: 1 000 for a rate per 1 000 inhabitants.
        #[serde(default = "one")]
        facteur: f64,
        /// Multiplies it too, when the denominator is itself a total over this exposure: days, for beds counted each day.
        fois: Option<Exposure>,
    },
    Mean {
        expression: String,
        filtre: String,
    },
    /// Hyndman and Fan type 7, on records.
    Quantile {
        expression: String,
        filtre: String,
        p: f64,
    },
    /// Beds at the reference time of each day, from the last snapshot that is not stale. Without a denominator: sum over the
    /// units of their mean over the days they are known on.
    Stock {
        etat: StockState,
        numerateur: Side,
        denominateur: Option<Side>,
    },
    /// Statistic of an indicator at a finer grain of time, within the period.
    Reduce {
        de: String,
        sur: String,
        operation: Reduction,
    },
    /// Arithmetic on figures.
    Derived {
        operation: Operation,
        de: Vec<String>,
    },
    /// Complement of a quality rule: records that are eligible and not in anomaly, over those eligible.
    Rule {
        regle: String,
        /// Clause of the rule, when it has several; a breakdown by clause names them as categories.
        #[serde(default)]
        clause: String,
        /// What is counted in the numerator: `conformes` or `anomalies`.
        #[serde(default)]
        compte: RuleCount,
    },
    /// Statistic of what the sites of an area are on each day of the period ([`super::over_days`]).
    Jours {
        valeur: DayValue,
        operation: Reduction,
    },
    /// Direct standardisation of a rate per inhabitant: the rates of the strata, each with the weight it has in a reference
    /// population ([`super::standard`]).
    Standardise {
        numerateur: String,
        /// Dimensions: sex, five-year class of age, in this order.
        strates: Vec<String>,
        reference: Reference,
        #[serde(default = "one")]
        facteur: f64,
    },
    /// Indirect standardisation of a share: what is observed over what the shares of the region, stratum by stratum, would give.
    Attendu {
        numerateur: String,
        denominateur: String,
        strates: Vec<String>,
    },
    /// A named function of the program.
    Native {
        fonction: String,
        /// Predicates whose records it is given the counts of, site by site.
        #[serde(default)]
        compteurs: Vec<String>,
    },
}

/// Population whose structure by sex and age every area is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reference {
    /// Every département of the table of inhabitants.
    France,
    Region,
}

fn one() -> f64 {
    1.0
}

/// One side of a quotient.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Side {
    /// Records that satisfy a predicate.
    Records(String),
    Sum(SumSide),
    Exposure(ExposureSide),
}

/// Total of an expression.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SumSide {
    pub somme: String,
    pub filtre: String,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExposureSide {
    pub exposition: Exposure,
    /// Days without a record that are no interruption, for a flow that has quiet days: with `jours_recus` and `habitants_annees`.
    #[serde(default)]
    pub silence: u8,
}

/// Denominators that no record holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exposure {
    /// Days of the period on which at least one structure of the area was open.
    Jours,
    /// Those of them that go from Monday to Friday, and the others.
    JoursOuvres,
    JoursWeekend,
    /// Sum over the structures of the area of the days each was open.
    JoursSite,
    /// 24 × `jours`.
    HeuresPeriode,
    /// Real hours of the period in the PDSA, and out of it: the nights of the clock changes have 11 and 13.
    HeuresPdsa,
    HeuresHorsPdsa,
    /// Inhabitants of the area (région, département), of the population's ages when it declares them.
    Population,
    /// Inhabitants, within the region, of the EPCI that the category names.
    PopulationEpci,
    /// Inhabitants × days received / 365.25: what makes the rate of a shorter period, or of a flow that began in the middle of one,
    /// a yearly one. The days are those of the senders of each département that sent something, on average.
    HabitantsAnnees,
    /// Sum over the senders of the area of the days received from each ([`super::received`]).
    JoursRecus,
    /// Sum over the same senders, and those that sent at another time, of the days of the period.
    JoursAttendus,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StockState {
    LastState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reduction {
    Mean,
    Median,
    Min,
    Max,
    /// First and last decile.
    P10,
    P90,
    Sd,
    /// (maximum − minimum) / minimum.
    RelativeRange,
}

/// What is known of a day: one of the six HET indicators, or the need for beds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayValue {
    Het1,
    Het2,
    Het3,
    Het4,
    Het5,
    Het6,
    Bjml,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// (period − period of comparison) / period of comparison.
    RelativeChange,
    Difference,
    Product,
    Quotient,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleCount {
    #[default]
    Conformes,
    Anomalies,
}

impl Side {
    /// Which records it counts or adds up.
    pub fn filter(&self) -> Option<&str> {
        match self {
            Side::Records(predicate) => Some(predicate),
            Side::Sum(side) => Some(&side.filtre),
            Side::Exposure(_) => None,
        }
    }

    pub fn expressions(&self, key: &'static str) -> Vec<(&'static str, &str)> {
        match self {
            Side::Records(predicate) => vec![(key, predicate.as_str())],
            Side::Sum(side) => vec![("somme", side.somme.as_str()), (key, side.filtre.as_str())],
            Side::Exposure(_) => Vec::new(),
        }
    }
}
