//! What surrounds the program at night: odd things in the inbox, a disk that fills up, a clock that goes back, two runs at once,
//! names that attack their reader.

use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::net::UnixListener;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use crate::support::{CARCASSONNE, Message, Place, files, night};

fn other() -> String {
    Message {
        finess: CARCASSONNE,
        ..night()
    }
    .xml()
}

fn binary() -> std::path::PathBuf {
    assert_cmd::cargo::cargo_bin("oru")
}

#[test]
fn a_socket_a_link_and_a_folder_named_like_a_file_do_not_stop_the_night() {
    let place = Place::new();
    let _socket = UnixListener::bind(place.path("depot/chu/prise.xml")).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", place.path("depot/chu/lien.xml")).unwrap();
    std::os::unix::fs::symlink("nulle_part", place.path("depot/chu/pendu.xml")).unwrap();
    std::fs::create_dir(place.path("depot/chu/x.xml")).unwrap();
    place.receives("x.xml/dedans.xml", night().xml());
    place.receives("nuit.xml", other());
    let ran = place.oru(&["ingest"]).exits(3);
    assert!(ran.stdout.contains("2 chargés, 3 refusés"), "{}", ran.stdout);
    assert!(
        ran.stderr.contains("lien symbolique") && ran.stderr.contains("prise"),
        "{}",
        ran.stderr
    );
    assert!(!ran.stderr.contains("root:"), "{}", ran.stderr);
}

/// The program as somebody who may not read everything. Tests may run as root, who may.
fn as_nobody(place: &Place, arguments: &[&str]) -> (i32, String) {
    let program = place.path("oru");
    std::fs::hard_link(binary(), &program)
        .or_else(|_| std::fs::copy(binary(), &program).map(|_| ()))
        .unwrap();
    let mut command = Command::new(program);
    command
        .current_dir(place.path("."))
        .env_remove("ORU_CLE")
        .env("HOME", place.path("."))
        .args(["--log-format", "text", "--now", place.now])
        .args(arguments);
    if is_root(place) {
        command.uid(NOBODY).gid(NOBODY);
    }
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(said).unwrap())
}

const NOBODY: u32 = 65_534;

/// Only root may give a file away.
fn is_root(place: &Place) -> bool {
    place.write("essai", "");
    chown(place.path("essai"), Some(NOBODY), None).is_ok()
}

fn give_away(path: &Path) {
    let _ = chown(path, Some(NOBODY), Some(NOBODY));
    for entry in std::fs::read_dir(path).into_iter().flatten() {
        give_away(&entry.unwrap().path());
    }
}

#[test]
fn a_folder_and_a_file_without_permission_are_said_and_the_others_go_on() {
    let place = Place::new();
    place.receives("nuit.xml", night().xml());
    place.receives("interdit.xml", other());
    place.write("depot/ferme/nuit.xml", other());
    give_away(&place.path("."));
    for closed in ["depot/ferme", "depot/chu/interdit.xml"] {
        let path = place.path(closed);
        let _ = chown(&path, Some(0), Some(0));
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o000)).unwrap();
    }
    let (code, said) = as_nobody(&place, &["ingest"]);
    std::fs::set_permissions(place.path("depot/ferme"), PermissionsExt::from_mode(0o700)).unwrap();
    assert_eq!(code, 3, "{said}");
    assert!(said.contains("1 chargé, 2 refusés"), "{said}");
    assert!(
        said.contains("dossier illisible") && said.contains("fichier illisible"),
        "{said}"
    );
    assert!(place.path("depot/chu/interdit.xml").exists());
}

/// A lake on a disk of its own, of which all but a few kilobytes are taken.
struct SmallDisk<'p>(&'p Place);

impl<'p> SmallDisk<'p> {
    /// None where nothing may be mounted.
    fn on(place: &'p Place, folder: &str) -> Option<SmallDisk<'p>> {
        std::fs::create_dir_all(place.path(folder)).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=4m", "tmpfs"])
            .arg(place.path(folder))
            .output();
        mounted
            .is_ok_and(|output| output.status.success())
            .then_some(SmallDisk(place))
    }

    /// Fills it up to the last `free` bytes.
    fn leave(&self, free: u64) {
        let ballast = self.0.path("disque/ballast");
        let _ = std::fs::remove_file(&ballast);
        let mut file = std::fs::File::create(&ballast).unwrap();
        let page = [0; 4096];
        let mut length = 0;
        while std::io::Write::write_all(&mut file, &page).is_ok() {
            length += 4096;
        }
        file.set_len(u64::saturating_sub(length, free)).unwrap();
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path("disque")).output();
    }
}

#[test]
fn a_disk_full_at_any_write_of_a_run_keeps_the_lake_whole_and_the_inbox_full() {
    let place = Place::new();
    let Some(disk) = SmallDisk::on(&place, "disque") else {
        eprintln!(
            "no file system may be mounted here: the full disk is tried with a writer that fails, in `ingest` and in `lake`"
        );
        return;
    };
    let configuration = std::fs::read_to_string(place.path("pipelines.toml")).unwrap();
    place.write("pipelines.toml", configuration.replace("\"lac\"", "\"disque/lac\""));
    let (mut failed, mut free) = (0, 0);
    loop {
        let _ = std::fs::remove_file(place.path("disque/ballast"));
        let _ = std::fs::remove_dir_all(place.path("disque/lac"));
        place.oru(&["lake", "init", "--synthetique"]).exits(0);
        place.receives("nuit.xml", night().xml());
        place.receives("autre.xml", other());
        disk.leave(free);
        let ran = place.oru(&["ingest"]);
        std::fs::remove_file(place.path("disque/ballast")).unwrap();
        place.oru(&["lake", "verify"]).exits(0);
        if ran.code == 0 {
            break;
        }
        failed += 1;
        assert_eq!(ran.code, 1, "{free}: {}{}", ran.stdout, ran.stderr);
        assert!(!ran.stderr.contains("panicked"), "{free}: {}", ran.stderr);
        // Either nothing was loaded and all waits in the inbox, or the run was published before the disk was full.
        let loaded = place.list("deliveries").len();
        assert!(
            loaded == 0 && place.inbox().len() == 2 || loaded == 2,
            "{free}: {loaded} {:?}",
            place.inbox()
        );
        let again = place.oru(&["ingest"]);
        assert_eq!(again.code, 0, "{free}: {}", again.stderr);
        assert_eq!(place.list("deliveries").len(), 2, "{free}");
        assert!(place.inbox().is_empty(), "{free}");
        place.oru(&["lake", "verify"]).exits(0);
        free += 8 << 10;
    }
    assert!(failed > 3, "the disk was never full: {failed}");
}

#[test]
fn two_runs_at_once_load_each_delivery_once() {
    let place = Place::new();
    place.receives("nuit.xml", night().xml());
    place.receives("autre.xml", other());
    let start = || {
        Command::new(binary())
            .current_dir(place.path("."))
            .env_remove("ORU_CLE")
            .env("HOME", place.path("."))
            .args(["--log-format", "text", "--now", place.now, "ingest"])
            .output()
            .unwrap()
    };
    let codes = std::thread::scope(|scope| {
        let both = [scope.spawn(start), scope.spawn(start)];
        both.map(|run| {
            let output = run.join().unwrap();
            let said = String::from_utf8(output.stderr).unwrap();
            assert!(!said.contains("panicked"), "{said}");
            output.status.code().unwrap()
        })
    });
    assert!(
        codes.contains(&0) && codes.iter().all(|code| [0, 1].contains(code)),
        "{codes:?}"
    );
    let received = place.list("deliveries");
    assert_eq!(received.len(), 2);
    assert!(place.inbox().is_empty());
    place.oru(&["lake", "verify"]).exits(0);
}

#[test]
fn a_clock_that_goes_back_loses_nothing() {
    let mut place = Place::new();
    place.receives("nuit.xml", night().xml());
    place.oru(&["ingest"]).exits(0);
    place.now = "2025-02-03T03:30:00Z";
    place.receives("autre.xml", other());
    place.oru(&["ingest"]).exits(0);
    assert_eq!(place.list("deliveries").len(), 2);
    assert!(place.inbox().is_empty());
    place.oru(&["lake", "verify"]).exits(0);
    place.now = "2025-02-03T06:30:00Z";
    place.oru(&["transform", "--du", "2025-02-01", "--au", "2025-02-02"]).exits(0);
}

#[test]
fn a_name_that_a_spreadsheet_would_run_is_text_in_every_list() {
    let place = Place::new();
    place.receives("=cmd|'calc'!A1.xml", night().xml());
    place.receives("@SUM(A1).xml", "ceci n'est pas un extrait");
    place.oru(&["ingest"]).exits(3);
    let listed = place.oru(&["list", "deliveries", "--format", "csv"]).exits(0).stdout;
    assert!(listed.contains("cmd|") && listed.contains("SUM(A1)"), "{listed}");
    for cell in listed.trim_start_matches('\u{feff}').lines().flat_map(|line| line.split(';')) {
        let cell = cell.trim_start_matches('"');
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
    }
    let file = files(&place.path("lac/raw"));
    assert_eq!(file.len(), 2, "{file:?}");
}

#[test]
fn a_commune_and_a_site_named_like_markup_are_text_in_the_report() {
    let mut place = Place::new();
    let name = "<script>alert(1)</script>";
    let attack = name.replace('<', "&lt;").replace('>', "&gt;");
    place.receives("nuit.xml", night().xml().replace("TOULOUSE", &attack));
    let mut structures = String::from_utf8(include_bytes!("../../../lake/reference/structures.csv").to_vec()).unwrap();
    let line = structures
        .lines()
        .find(|line| line.starts_with("310783048"))
        .unwrap()
        .to_owned();
    let cells: Vec<&str> = line.split(',').collect();
    let header: Vec<&str> = structures.lines().next().unwrap().split(',').collect();
    let named = header.iter().position(|column| *column == "nom").unwrap();
    structures = structures.replace(&line, &line.replacen(cells[named], name, 1));
    place.write("structures.csv", &structures);
    let mut configuration = std::fs::read_to_string(place.path("pipelines.toml")).unwrap();
    configuration = configuration.replace("[structures]\n", "[structures]\nfichier = \"structures.csv\"\n");
    place.write("pipelines.toml", configuration);
    place.oru(&["ingest"]).exits(0);
    place.now = "2025-04-10T10:00:00Z";
    place.oru(&["transform", "--quarter", "2025-Q1"]).exits(0);
    place
        .oru(&["release", "--quarter", "2025-Q1", "--audience", "interne"])
        .exits(0);
    place
        .oru(&["report", "--quarter", "2025-Q1", "--audience", "interne"])
        .exits(0);
    let pages: Vec<String> = files(&place.path("out"))
        .into_iter()
        .filter(|name| name.ends_with(".html") || name.ends_with(".svg"))
        .map(|name| std::fs::read_to_string(place.path("out").join(name)).unwrap())
        .collect();
    assert!(
        pages.iter().any(|page| page.contains("&lt;script&gt;alert")),
        "the name is printed"
    );
    assert!(pages.iter().all(|page| !page.contains("<script>alert")));
}
