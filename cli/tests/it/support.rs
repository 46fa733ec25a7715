//! A place to run the program in: a folder with its configuration, its inbox and its key; and the messages that a hospital sends.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// Two real sites of the demonstration region, and a number that no structure has (prefix 99 is for tests).
pub const RANGUEIL: &str = "310783048";
pub const CARCASSONNE: &str = "110000023";
pub const UNKNOWN: &str = "990000010";

/// What a command left.
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    /// Fails with everything that was said unless the exit status is the one expected.
    pub fn exits(self, code: i32) -> Ran {
        assert_eq!(self.code, code, "\n--- stdout\n{}\n--- stderr\n{}", self.stdout, self.stderr);
        self
    }
}

pub struct Place {
    folder: TempDir,
    /// Instant the program takes for now.
    pub now: &'static str,
}

impl Place {
    /// An empty folder: no configuration, no lake.
    pub fn bare() -> Place {
        Place {
            folder: tempfile::tempdir().unwrap(),
            now: "2025-02-03T04:30:00Z",
        }
    }

    /// A configuration, an inbox, the demonstration key and an empty synthetic lake.
    pub fn new() -> Place {
        let place = Place::bare();
        place.write(
            "pipelines.toml",
            "[lake]\nracine = \"lac\"\n[inbox]\ndepot = \"depot\"\nage_minimal_s = 0\n[cle]\nfichier = \"cle\"\n\
             variable = \"ORU_CLE_DES_ESSAIS\"\n[structures]\ncorrespondances = \"correspondances.csv\"\n[rapports]\nsortie = \"out\"\nformats = [\"html\", \"xlsx\", \"donnees\"]\n",
        );
        std::fs::create_dir_all(place.path("depot/chu")).unwrap();
        place.oru(&["key", "new", "--demonstration"]).exits(0);
        place.oru(&["lake", "init", "--synthetique"]).exits(0);
        place
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Puts a message in the inbox.
    pub fn receives(&self, name: &str, text: impl AsRef<[u8]>) {
        self.write(&format!("depot/chu/{name}"), text);
    }

    pub fn inbox(&self) -> Vec<String> {
        files(&self.path("depot"))
    }

    /// Runs the program here. Steps are logged as text, so that messages can be read.
    pub fn oru(&self, arguments: &[&str]) -> Ran {
        self.oru_with(&[], arguments)
    }

    pub fn oru_with(&self, environment: &[(&str, &str)], arguments: &[&str]) -> Ran {
        self.run(environment, &[&["--log-format", "text"], arguments].concat())
    }

    /// Runs the program without choosing its log.
    pub fn oru_as_is(&self, arguments: &[&str]) -> Ran {
        self.run(&[], arguments)
    }

    fn run(&self, environment: &[(&str, &str)], arguments: &[&str]) -> Ran {
        let mut command = assert_cmd::Command::cargo_bin("oru").unwrap();
        command
            .current_dir(self.folder.path())
            .env_remove("ORU_CLE")
            .env_remove("LOGNAME")
            .env("USER", "essai")
            .env("HOME", self.folder.path());
        command.envs(environment.iter().copied());
        let output = command.args(["--now", self.now]).args(arguments).output().unwrap();
        Ran {
            code: output
                .status
                .code()
                .unwrap_or_else(|| panic!("{:?} {}", output.status, String::from_utf8_lossy(&output.stderr))),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// A list of the program, read back.
    pub fn list(&self, what: &str) -> Vec<serde_json::Value> {
        let ran = self.oru(&["list", what, "--format", "json"]).exits(0);
        let read: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        read["lignes"].as_array().unwrap().clone()
    }
}

/// Every file under a folder, by relative path, sorted.
pub fn files(folder: &Path) -> Vec<String> {
    fn walk(folder: &Path, root: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => walk(&path, root, found),
                false => found.push(path.strip_prefix(root).unwrap().display().to_string()),
            }
        }
    }
    let mut found = Vec::new();
    walk(folder, folder, &mut found);
    found.sort();
    found
}

/// Figures by name: indicator, then all that is counted.
pub type Figures = BTreeMap<String, (String, [Option<f64>; 5])>;

/// Those of January 2025.
pub fn figures(place: &Place) -> Figures {
    place.oru(&["transform", "--du", "2025-01-01", "--au", "2025-01-31"]).exits(0);
    let file = files(&place.path("lac/results"))
        .into_iter()
        .find(|name| name.ends_with("figures.parquet"))
        .unwrap();
    let read = lake::results::read_figures(&place.path("lac/results").join(file)).unwrap();
    read.iter()
        .map(|figure| {
            let counted = [
                figure.numerator,
                figure.denominator,
                figure.missing,
                figure.excluded,
                figure.value,
            ];
            (figure.name(), (figure.indicator.to_string(), counted))
        })
        .collect()
}

/// Says which flux counts for a site.
pub fn follows(place: &Place, finess: &str, flux: &str) {
    let mut text = std::fs::read_to_string(place.path("pipelines.toml")).unwrap();
    text.push_str(&format!("[[flux]]\nfiness = \"{finess}\"\nflux = \"{flux}\"\n"));
    place.write("pipelines.toml", text);
}

/// An OSCOUR message for one site: the same few passages every day of its window.
pub struct Message {
    pub finess: &'static str,
    pub extract: &'static str,
    /// First and last day of February 2025.
    pub days: std::ops::RangeInclusive<u32>,
    pub passages_per_day: u32,
}

impl Message {
    pub fn xml(&self) -> String {
        let (first, last) = (self.days.start(), self.days.end());
        let mut text = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<OSCOUR>\n<ETABLISSEMENT>\n<FINESS>{}</FINESS>\n<ORDRE>0</ORDRE>\n\
             <EXTRACT>{}</EXTRACT>\n<DATEDEBUT>{first:02}/02/2025</DATEDEBUT>\n<DATEFIN>{last:02}/02/2025</DATEFIN>\n\
             </ETABLISSEMENT>\n<PASSAGES>\n",
            self.finess, self.extract
        );
        for day in self.days.clone() {
            for rank in 0..self.passages_per_day {
                text.push_str(&passage(day, rank));
            }
        }
        text.push_str("</PASSAGES>\n</OSCOUR>\n");
        text
    }
}

fn passage(day: u32, rank: u32) -> String {
    let (hour, minute) = (7 + rank % 16, rank / 16 * 7 % 60);
    let sexe = if rank.is_multiple_of(2) { "F" } else { "M" };
    format!(
        "<PATIENT>\n<CP>31000</CP>\n<COMMUNE>TOULOUSE</COMMUNE>\n<NAISSANCE>{:02}/06/{}</NAISSANCE>\n<SEXE>{sexe}</SEXE>\n\
         <ENTREE>{day:02}/02/2025 {hour:02}:{minute:02}</ENTREE>\n<MODE_ENTREE>8</MODE_ENTREE>\n<PROVENANCE>5</PROVENANCE>\n\
         <TRANSPORT>PERSO</TRANSPORT>\n<TRANSPORT_PEC>AUCUN</TRANSPORT_PEC>\n<MOTIF>R074</MOTIF>\n<GRAVITE>2</GRAVITE>\n<DP>R074</DP>\n\
         <LISTE_DA/>\n<LISTE_ACTES/>\n<SORTIE>{day:02}/02/2025 {hour:02}:59</SORTIE>\n<MODE_SORTIE>8</MODE_SORTIE>\n<DESTINATION/>\n<ORIENT/>\n\
         </PATIENT>\n",
        1 + rank % 28,
        1935 + rank % 80,
    )
}

/// A night at Rangueil: 27 passages a day over the first days of February.
pub fn night() -> Message {
    Message {
        finess: RANGUEIL,
        extract: "03/02/2025 03:25:10",
        days: 1..=2,
        passages_per_day: 27,
    }
}
