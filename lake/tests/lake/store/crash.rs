//! A program killed at any point of a commit leaves the old state or the new one, and running it again completes the work.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use jiff::civil::date;
use lake::store::Store;

use crate::sends::{Lake, Send, instant, receive};

const ROOT: &str = "ORU_TEST_CRASH_ROOT";

/// What the run that is killed receives: three months of two sites, over two months already there.
fn second() -> Vec<Send> {
    ["310000001", "310000002"]
        .map(|site| Send::versions(site, date(2025, 3, 6), date(2025, 1, 25), date(2025, 3, 5), 6, 1))
        .to_vec()
}

fn first() -> Vec<Send> {
    ["310000001", "310000003"]
        .map(|site| Send::full(site, date(2025, 2, 11), date(2025, 1, 20), date(2025, 2, 10), 6))
        .to_vec()
}

fn run_second(root: &Path) {
    let mut writer = Store::open(root).unwrap().writer().unwrap();
    receive(&mut writer, "deux", instant(2), &second());
}

/// Not a test by itself: the program that is killed, run by the test below.
#[test]
fn the_program_that_is_killed() {
    #[expect(clippy::disallowed_methods, reason = "the parent says where the lake is")]
    if let Ok(root) = std::env::var(ROOT) {
        run_second(Path::new(&root));
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the run is timed to be killed in the middle")]
fn killed_anywhere_it_leaves_the_old_state_or_the_new_one() {
    let mut lake = Lake::new();
    lake.receive(&first());
    let old = lake.view("rpu", None);
    let start = Instant::now();
    child(&lake.root()).wait().unwrap();
    let whole = start.elapsed();
    let new = lake.view("rpu", None);
    assert_ne!(old, new);

    let mut seen = [0, 0];
    for step in 0..12_u32 {
        let mut lake = Lake::new();
        lake.receive(&first());
        let mut killed = child(&lake.root());
        std::thread::sleep(Duration::from_nanos(whole.as_nanos() as u64 * u64::from(step) / 10));
        killed.kill().unwrap();
        killed.wait().unwrap();

        let found = lake.view("rpu", None);
        assert!(
            found == old || found == new,
            "neither the old state nor the new one at step {step}"
        );
        seen[usize::from(found == new)] += 1;
        if found == old {
            run_second(&lake.root());
        } else {
            // The next writer completes the views.
            drop(lake.writer());
        }
        assert_eq!(lake.view("rpu", None), new, "step {step}");
        lake.check();
        assert!(
            std::fs::read_dir(lake.root().join(".staging")).unwrap().next().is_none(),
            "step {step}"
        );
    }
    assert!(seen[0] > 0, "no run was killed before its segment: {seen:?}");
}

fn child(root: &Path) -> std::process::Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "store::crash::the_program_that_is_killed"])
        .env(ROOT, root)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}
