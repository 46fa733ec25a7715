//! The inbox: what is taken out of it, what stays, and what its senders may do there.

use std::fs::File;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::time::SystemTime;

use crate::support::{CARCASSONNE, Message, Place, night};

fn other() -> String {
    let finess = CARCASSONNE;
    Message { finess, ..night() }.xml()
}

#[test]
fn a_name_with_a_mark_or_out_of_utf8_does_not_stop_the_inbox() {
    use std::os::unix::ffi::OsStrExt;
    let place = Place::new();
    place.receives("CH!juin.xml", night().xml());
    let name = std::ffi::OsStr::from_bytes(b"carcassonn\xe9.xml");
    std::fs::write(place.path("depot/chu").join(name), other()).unwrap();
    let ran = place.oru(&["ingest"]).exits(0);
    assert!(ran.stdout.contains("2 reçus, 2 chargés"), "{}", ran.stdout);
    assert_eq!(std::fs::read_dir(place.path("depot/chu")).unwrap().count(), 0);
    place.oru(&["lake", "verify"]).exits(0);
}

#[test]
fn a_pipe_and_a_link_are_refused_unopened_and_the_others_go_on() {
    let mut place = Place::new();
    let outside = place.path("dehors.xml");
    std::fs::write(&outside, other()).unwrap();
    std::fs::set_permissions(&outside, PermissionsExt::from_mode(0o644)).unwrap();
    symlink(&outside, place.path("depot/chu/lien.xml")).unwrap();
    let made = std::process::Command::new("mkfifo")
        .arg(place.path("depot/chu/tube.xml"))
        .status();
    assert!(made.unwrap().success());
    place.receives("dossier.xml/nuit.xml", night().xml());
    // As long as they stay there, each night says so.
    for now in ["2025-02-03T04:30:00Z", "2025-02-04T04:30:00Z"] {
        place.now = now;
        let ran = place.oru(&["ingest"]).exits(3);
        assert!(ran.stdout.contains("2 refusés"), "{}", ran.stdout);
        assert!(
            ran.stderr.contains("lien symbolique") && ran.stderr.contains("tube"),
            "{}",
            ran.stderr
        );
        assert!(ran.stderr.contains("laissé où il est"), "{}", ran.stderr);
        assert_eq!(std::fs::read_dir(place.path("depot/chu")).unwrap().count(), 3);
    }
    assert_eq!(std::fs::metadata(&outside).unwrap().mode() & 0o777, 0o644);
    assert_eq!(crate::support::files(&place.path("lac/raw")).len(), 1);
}

#[test]
fn a_file_of_the_command_line_is_copied_and_keeps_its_mode() {
    let place = Place::new();
    place.write("nuit.xml", night().xml());
    let path = place.path("nuit.xml");
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
    place.oru(&["ingest", "nuit.xml"]).exits(0);
    let found = std::fs::metadata(&path).unwrap();
    assert_eq!((found.mode() & 0o777, found.nlink()), (0o644, 1));
    std::fs::write(&path, "autre chose").unwrap();
    place.oru(&["lake", "verify"]).exits(0);
}

#[test]
fn reception_is_the_instant_of_the_run_whatever_the_file_says() {
    let mut place = Place::new();
    place.now = "2025-02-03T09:00:00Z";
    place.receives("nuit.xml", night().xml());
    // Copied with the date of its origin, long before it was extracted.
    let file = File::options().write(true).open(place.path("depot/chu/nuit.xml")).unwrap();
    let before = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000);
    file.set_modified(before).unwrap();
    let ran = place.oru(&["ingest"]).exits(0);
    assert!(ran.stdout.contains("1 chargé"), "{}", ran.stdout);
    assert_eq!(place.list("deliveries")[0]["recu_le"], "2025-02-03T09:00:00Z");
}

#[test]
fn files_too_young_are_counted_and_left_for_the_next_time() {
    let place = Place::new();
    let configuration = std::fs::read_to_string(place.path("pipelines.toml")).unwrap();
    place.write(
        "pipelines.toml",
        configuration.replace("age_minimal_s = 0", "age_minimal_s = 60"),
    );
    place.receives("nuit.xml", night().xml());
    let file = File::options().write(true).open(place.path("depot/chu/nuit.xml")).unwrap();
    let now: jiff::Timestamp = place.now.parse().unwrap();
    let seconds = u64::try_from(now.as_second() - 10).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(seconds))
        .unwrap();
    let ran = place.oru(&["ingest"]).exits(0);
    assert_eq!(
        ran.stdout,
        "1 fichier trop récent, repris au prochain passage (age_minimal_s = 60)\n"
    );
    assert_eq!(place.inbox().len(), 1);
}

#[test]
#[cfg(target_os = "linux")]
fn a_disk_that_fails_stops_the_run_and_nothing_is_published() {
    let place = Place::new();
    place.receives("nuit.xml", night().xml());
    // Its first page cannot be read: the system says so (EIO), the content is not at fault.
    let ran = place.oru(&["ingest", "depot", "/proc/self/mem"]).exits(1);
    assert!(
        ran.stderr.contains("erreur du disque ou du système (code 5)"),
        "{}",
        ran.stderr
    );
    assert!(place.list("deliveries").is_empty());
    assert_eq!(place.inbox().len(), 1);
}
