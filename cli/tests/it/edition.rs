//! The life of a document: draft, validated, published, corrected; and the proof that it is what it was.

use crate::path::received;
use crate::support::CARCASSONNE;

const FOLDER: &str = "out/trimestriel-2025-Q1";

/// A quarter published on 10 April, a file of February that comes later, and the version that corrects it.
#[test]
fn a_published_report_never_changes_and_its_correction_says_what_moved() {
    let mut place = received();
    place.now = "2025-04-10T10:00:00Z";
    place.oru(&["run", "quarterly"]).exits(0);
    let root = place.path("");
    let page = move |folder: &str| std::fs::read_to_string(root.join(folder).join("trimestriel-2025-Q1.html")).unwrap();
    assert!(page(FOLDER).contains("Brouillon"));

    // A draft answers for nothing: it cannot be published before someone does.
    let refused = place.oru(&["document", "publish", FOLDER]).exits(2);
    assert!(refused.stderr.contains("un brouillon ne se publie pas"), "{}", refused.stderr);
    place.oru(&["document", "validate", FOLDER, "--par", "A. Martin"]).exits(0);
    assert!(page(FOLDER).contains("par A. Martin"));
    let published = place.oru(&["document", "publish", FOLDER]).exits(0);
    assert!(published.stdout.contains("publié"), "{}", published.stdout);
    let first = page(FOLDER);
    let noted = std::fs::read_dir(place.path("lac/releases/publiees/partenaire"))
        .unwrap()
        .count();
    assert_eq!(noted, 1, "what its release masks stays masked");

    // Its files, its writing and its figures are made again, and are the same.
    let verified = place.oru(&["verify", FOLDER]).exits(0).stdout;
    assert_eq!(verified.matches("identique").count(), 3, "{verified}");

    // So is the sheet of one site or of one département, whose own release is taken again from that of the region.
    for (document, option, of) in [
        ("fiche-etablissement", "--site", CARCASSONNE),
        ("fiche-departement", "--departement", "11"),
    ] {
        place.oru(&["report", document, "--quarter", "2025-Q1", option, of]).exits(0);
        let folder = format!("out/{document}-2025-Q1/{of}");
        let verified = place.oru(&["verify", "--sans-calcul", &folder]).exits(0).stdout;
        assert_eq!(verified.matches("identique").count(), 2, "{document}: {verified}");
    }

    // The same quarter again writes nothing: neither validated nor written over.
    let again = place.oru(&["report", "--quarter", "2025-Q1"]).exits(0).stdout;
    assert!(again.contains("rien n'est réécrit"), "{again}");
    assert!(
        place
            .oru(&["document", "validate", FOLDER, "--par", "B. Petit"])
            .exits(2)
            .stderr
            .contains("ne change plus")
    );

    // A correction is another version, which says why.
    place.now = "2025-04-20T10:00:00Z";
    place
        .oru(&["report", "--quarter", "2025-Q1", "--motif", "erreur de logo"])
        .exits(0);
    let second = page("out/trimestriel-2025-Q1-v2");
    assert!(second.contains("Erratum") && second.contains("erreur de logo") && second.contains("Aucun des chiffres imprimés"));
    assert!(!first.contains("Erratum"));
    assert_eq!(page(FOLDER), first);

    // A file that was touched is named.
    let table = place.path(FOLDER).join("tables/q-t01.csv");
    let mut permissions = std::fs::metadata(&table).unwrap().permissions();
    assert!(permissions.readonly());
    #[expect(clippy::permissions_set_readonly_false, reason = "the test is someone who insists")]
    permissions.set_readonly(false);
    std::fs::set_permissions(&table, permissions).unwrap();
    std::fs::write(&table, "0\n").unwrap();
    let touched = place.oru(&["verify", "--sans-calcul", FOLDER]).exits(4).stdout;
    assert!(touched.contains("tables/q-t01.csv : modifié"), "{touched}");
}

#[test]
fn two_releases_of_one_quarter_are_compared_and_others_refused() {
    let mut place = received();
    place.now = "2025-04-10T10:00:00Z";
    place.oru(&["transform", "--quarter", "2025-Q1"]).exits(0);
    for audience in ["interne", "partenaire"] {
        place
            .oru(&["release", "--quarter", "2025-Q1", "--audience", audience])
            .exits(0);
    }
    let name = |audience: &str| {
        let mut entries = std::fs::read_dir(place.path("lac/releases").join(audience)).unwrap();
        entries.next().unwrap().unwrap().file_name().to_string_lossy().into_owned()
    };
    let (inside, partner) = (name("interne"), name("partenaire"));
    let same = place.oru(&["diff", &inside, &inside]).exits(0).stdout;
    assert!(same.contains("0 révisés"), "{same}");
    let refused = place.oru(&["diff", &inside, &partner]).exits(2).stderr;
    assert!(refused.contains("ne se comparent pas"), "{refused}");
    assert!(
        place
            .oru(&["diff", "2030", &inside])
            .exits(2)
            .stderr
            .contains("aucune diffusion")
    );
}

/// The configuration may be named from its folder by a night and by its whole path the next day: the results are the same.
#[test]
fn results_are_found_again_whatever_the_path_of_the_configuration() {
    let mut place = received();
    place.now = "2025-04-10T10:00:00Z";
    let config = std::fs::read_to_string(place.path("pipelines.toml")).unwrap();
    place.write("pipelines.toml", format!("{config}[lits]\ndms_reference = \"dms.csv\"\n"));
    place.write("dms.csv", "annee,ghm,dms\n2025,04M05,6.4\n");
    place.oru(&["transform", "--quarter", "2025-Q1"]).exits(0);
    place.oru(&["release", "--quarter", "2025-Q1"]).exits(0);
    let whole = place.path("pipelines.toml").display().to_string();
    place.oru(&["--config", &whole, "release", "--quarter", "2025-Q1"]).exits(0);

    // Once published, what it masked stays masked in a release of other results, and not in itself made again.
    let frames = || -> Vec<(String, bool)> {
        let folders = std::fs::read_dir(place.path("lac/releases/partenaire")).unwrap();
        let read = |folder: std::io::Result<std::fs::DirEntry>| {
            let folder = folder.unwrap();
            let frame = std::fs::read_to_string(folder.path().join("frame.json")).unwrap();
            (
                folder.file_name().to_string_lossy().into_owned(),
                !frame.contains("\"reprises\": []"),
            )
        };
        folders.map(read).collect()
    };
    let [(first, false)] = &frames()[..] else {
        panic!("one release, that follows none: {:?}", frames())
    };
    place.write(&format!("lac/releases/publiees/partenaire/{first}"), "trimestriel\n");
    place.oru(&["release", "--quarter", "2025-Q1"]).exits(0);
    assert_eq!(frames(), [(first.clone(), false)]);
    place.write("dms.csv", "annee,ghm,dms\n2025,04M05,6.5\n");
    place.oru(&["transform", "--quarter", "2025-Q1"]).exits(0);
    place.oru(&["release", "--quarter", "2025-Q1"]).exits(0);
    assert_eq!(
        frames().iter().filter(|(id, follows)| id != first && *follows).count(),
        1,
        "{:?}",
        frames()
    );
}
