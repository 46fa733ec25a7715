//! What is known of the sites besides their structures: which deliveries are expected of them, and the dated breaks of their
//! series. Read from registers that people keep; nothing here says how.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, Time, Weekday};

/// Deliveries expected of a site, between two dates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attente {
    pub finess: String,
    /// One structure of the site; none: any.
    pub ordre: Option<i16>,
    /// One flux; none: whichever brings passages.
    pub flux: Option<String>,
    pub du: Option<Date>,
    pub au: Option<Date>,
    pub jours: Jours,
    /// Civil time after which a delivery of the day is late, and a missing one silent; none: the end of the day.
    pub heure_limite: Option<Time>,
}

impl Attente {
    /// Whether a delivery is expected on that day.
    pub fn covers(&self, day: Date) -> bool {
        self.du.is_none_or(|du| du <= day) && self.au.is_none_or(|au| day <= au) && self.jours.contains(day.weekday())
    }
}

/// Places of treatment of the emergency department of a site (boxes, stretchers), between two dates, as the site says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capacite {
    pub finess: String,
    /// One structure of the site; none: all of them together, which goes before what is said of each.
    pub ordre: Option<i16>,
    pub du: Option<Date>,
    pub au: Option<Date>,
    pub places: u32,
}

/// Places of a site on a day; nothing when nobody said.
pub fn places(said: &[Capacite], finess: &str, day: Date) -> Option<u32> {
    let holds = |line: &&Capacite| {
        line.finess == finess && line.du.is_none_or(|du| du <= day) && line.au.is_none_or(|au| day <= au) && line.places > 0
    };
    let mut of_site = said.iter().filter(holds);
    if let Some(whole) = of_site.clone().find(|line| line.ordre.is_none()) {
        return Some(whole.places);
    }
    let first = of_site.next()?.places;
    Some(of_site.fold(first, |sum, line| sum + line.places))
}

/// Days of the week: `tous`, `aucun`, `lu-ve`, `lu me ve`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Jours([bool; 7]);

const NAMES: [&str; 7] = ["lu", "ma", "me", "je", "ve", "sa", "di"];

impl Jours {
    pub const TOUS: Jours = Jours([true; 7]);

    pub fn contains(self, day: Weekday) -> bool {
        self.0[day.to_monday_zero_offset() as usize]
    }
}

impl FromStr for Jours {
    type Err = String;

    fn from_str(text: &str) -> Result<Jours, String> {
        let mut days = [false; 7];
        match text.trim() {
            "tous" => return Ok(Jours::TOUS),
            "aucun" => return Ok(Jours(days)),
            _ => {}
        }
        let rank = |name: &str| {
            let known = NAMES.iter().position(|known| *known == name.trim());
            known.ok_or_else(|| format!("jour inconnu « {} » : écrire tous, aucun, lu-ve ou lu me ve", name.trim()))
        };
        for part in text.split([' ', '+', '|', ',']).filter(|part| !part.is_empty()) {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let (first, last) = (rank(first)?, rank(last)?);
            if first > last {
                return Err(format!("« {part} » finit avant de commencer : la semaine va de lu à di"));
            }
            days[first..=last].fill(true);
        }
        Ok(Jours(days))
    }
}

impl fmt::Display for Jours {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kept: Vec<usize> = (0..7).filter(|day| self.0[*day]).collect();
        match kept[..] {
            [] => formatter.write_str("aucun"),
            [_, _, _, _, _, _, _] => formatter.write_str("tous"),
            [first, _, .., last] if last - first + 1 == kept.len() => {
                write!(formatter, "{}-{}", NAMES[first], NAMES[last])
            }
            _ => formatter.write_str(&kept.iter().map(|day| NAMES[*day]).collect::<Vec<_>>().join(" ")),
        }
    }
}

/// Why the figures of a site before a day cannot be compared with those after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NatureRupture {
    Logiciel,
    FilierePediatrique,
    Fusion,
    Scission,
    Bascule,
    Fermeture,
    Ouverture,
}

impl NatureRupture {
    /// Code in the register, words in a sentence.
    pub const ALL: [(NatureRupture, &str, &str); 7] = [
        (Self::Logiciel, "logiciel", "changement de logiciel"),
        (
            Self::FilierePediatrique,
            "filiere_pediatrique",
            "nouvelle filière pédiatrique",
        ),
        (Self::Fusion, "fusion", "fusion de FINESS"),
        (Self::Scission, "scission", "scission de FINESS"),
        (Self::Bascule, "bascule", "bascule entre FINESS juridique et géographique"),
        (Self::Fermeture, "fermeture", "fermeture"),
        (Self::Ouverture, "ouverture", "ouverture"),
    ];

    pub fn code(self) -> &'static str {
        Self::ALL.iter().find(|row| row.0 == self).map_or("", |row| row.1)
    }

    pub fn libelle(self) -> &'static str {
        Self::ALL.iter().find(|row| row.0 == self).map_or("", |row| row.2)
    }
}

/// A known break of the series of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rupture {
    pub finess: String,
    /// One structure of the site; none: all.
    pub ordre: Option<i16>,
    /// First day after it.
    pub date: Date,
    pub nature: NatureRupture,
    /// FINESS that takes over, or that comes out (fusion, scission, bascule).
    pub vers_finess: Option<String>,
    pub note: Option<String>,
}

impl Rupture {
    /// Whether it is one of an area, `310783048` or `310783048/0`. A wider area has many sites, and is compared all the same.
    pub fn is_of(&self, area: &str) -> bool {
        match area.split_once('/') {
            Some((finess, ordre)) => ordre.parse().is_ok_and(|ordre| self.concerns(finess, ordre)),
            None => self.finess == area,
        }
    }

    pub fn concerns(&self, finess: &str, ordre: i16) -> bool {
        self.finess == finess && self.ordre.is_none_or(|only| only == ordre)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn days_of_the_week_are_read_as_they_are_written() {
        for (text, written) in [
            ("tous", "tous"),
            ("lu-di", "tous"),
            ("aucun", "aucun"),
            ("lu-ve", "lu-ve"),
            ("lu me ve", "lu me ve"),
            ("lu-me+ve", "lu ma me ve"),
            ("sa", "sa"),
        ] {
            assert_eq!(text.parse::<Jours>().unwrap().to_string(), written);
        }
        assert!("lundi".parse::<Jours>().unwrap_err().contains("jour inconnu « lundi »"));
        assert!("ve-lu".parse::<Jours>().unwrap_err().contains("finit avant de commencer"));
    }

    #[test]
    fn a_delivery_is_expected_between_its_dates_on_its_days() {
        let attente = Attente {
            finess: "310783048".to_owned(),
            ordre: None,
            flux: None,
            du: Some(date(2025, 2, 3)),
            au: Some(date(2025, 2, 9)),
            jours: "lu-ve".parse().unwrap(),
            heure_limite: None,
        };
        let days: Vec<i8> = (1..=14).filter(|day| attente.covers(date(2025, 2, *day))).collect();
        assert_eq!(days, [3, 4, 5, 6, 7]);
    }

    #[test]
    fn places_are_those_of_the_whole_site_before_those_of_its_structures() {
        let line = |ordre, du: i8, places| Capacite {
            finess: "310783048".to_owned(),
            ordre,
            du: Some(date(2025, 2, du)),
            au: None,
            places,
        };
        // Two structures from the 1st, the whole site from the 10th; a place of nought is a place that nobody said.
        let said = [
            line(Some(0), 1, 20),
            line(Some(1), 1, 8),
            line(None, 10, 30),
            line(Some(2), 1, 0),
        ];
        let on = |day| places(&said, "310783048", date(2025, 2, day));
        assert_eq!((on(9), on(10)), (Some(28), Some(30)));
        assert_eq!(places(&said, "310783048", date(2025, 1, 31)), None);
        assert_eq!(places(&said, "310780382", date(2025, 2, 9)), None);
    }

    #[test]
    fn a_break_is_that_of_its_structure_or_of_the_whole_site() {
        let rupture = |ordre| Rupture {
            finess: "310783048".to_owned(),
            ordre,
            date: date(2025, 1, 10),
            nature: NatureRupture::Logiciel,
            vers_finess: None,
            note: None,
        };
        let of = |ordre| ["310783048", "310783048/0", "310783048/1", "31"].map(|area| rupture(ordre).is_of(area));
        assert_eq!(of(None), [true, true, true, false]);
        assert_eq!(of(Some(1)), [true, false, true, false]);
    }
}
