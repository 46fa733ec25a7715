//! One execution: a content is read as the program reads it, beside an honest neighbour. Shared by the fuzz targets and by the tests,
//! which replay a fixed number of mutations. Whatever the content: no panic, every record counted once, the neighbour read.

use std::path::{Path, PathBuf};

use ingest::{Context, Received};
use lake::key::Key;

/// A message that must be read whatever lies beside it.
const NEIGHBOUR: &str = "<OSCOUR><ETABLISSEMENT><FINESS>310783048</FINESS><ORDRE>0</ORDRE><EXTRACT>03/02/2025 03:25:10</EXTRACT>\
<DATEDEBUT>27/01/2025</DATEDEBUT><DATEFIN>02/02/2025</DATEFIN></ETABLISSEMENT><PASSAGES><PATIENT><SEXE>F</SEXE>\
<ENTREE>01/02/2025 21:40</ENTREE><LISTE_DA/><LISTE_ACTES/></PATIENT></PASSAGES></OSCOUR>";

/// What reads contents, again and again.
pub struct Harness {
    context: Context,
    folder: PathBuf,
}

impl Harness {
    /// `folder`: where contents are written, better in memory.
    pub fn new(folder: &Path) -> Harness {
        let structures = lake::reference::structures().to_vec();
        let mut context = Context::new(Key::demonstration(), structures, "76");
        // Large enough for any seed, small enough for a bomb to be quick.
        context.caps.expanded = 8 << 20;
        context.options.du = Some(jiff::civil::date(2025, 1, 27));
        context.options.au = Some(jiff::civil::date(2025, 2, 2));
        context.options.extrait_le = Some(jiff::civil::datetime(2025, 2, 3, 3, 25, 10, 0));
        std::fs::write(folder.join("a_voisin.xml"), NEIGHBOUR).expect("the folder is writable");
        Harness {
            context,
            folder: folder.to_owned(),
        }
    }

    /// Reads contents under those names, and checks what must hold. Names must sort after `a_voisin.xml`.
    pub fn read(&self, contents: &[(String, Vec<u8>)]) {
        let received_at = "2025-02-03T02:30:00Z".parse().expect("an instant");
        let mut received = vec![Received {
            path: self.folder.join("a_voisin.xml"),
            source: "chu".to_owned(),
            received_at,
        }];
        for (name, content) in contents {
            let path = self.folder.join(name);
            std::fs::write(&path, content).expect("the folder is writable");
            received.push(Received {
                path,
                source: "samu310".to_owned(),
                received_at,
            });
        }
        let read = ingest::check(&received, &self.context).expect("a content never stops the others");
        for delivery in &read {
            assert!(delivery.counts.reading_balances(), "{delivery:?}");
        }
        let neighbour = read.iter().find(|delivery| delivery.file == "a_voisin.xml");
        assert_eq!(neighbour.map(|delivery| delivery.counts.accepted), Some(1));
    }
}
