//! A program killed at any point of a commit leaves the old state or the new one, and running it again completes the work.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use jiff::civil::date;
use lake::store::Store;
use rayon::prelude::*;

use crate::place::{Lake, instant, receive, view};
use crate::sends::Send;

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

/// Runs that are killed, and how many at a time: most of their life is spent waiting for the disk.
const KILLED: u64 = 100;
const ABREAST: usize = 10;

#[test]
#[expect(clippy::disallowed_methods, reason = "the run is timed to be killed in the middle")]
fn killed_anywhere_it_leaves_the_old_state_or_the_new_one() {
    let mut lake = Lake::new();
    lake.receive(&first());
    let old = lake.view("rpu", None);
    let whole = Before::of(&lake);
    let start = Instant::now();
    child(&whole.root()).wait().unwrap();
    let length = start.elapsed();
    let new = view(&whole.root(), "rpu", None);
    assert_ne!(old, new);

    let pool = rayon::ThreadPoolBuilder::new().num_threads(ABREAST).build().unwrap();
    let published = pool.install(|| {
        (0..KILLED)
            .into_par_iter()
            .filter(|step| {
                let before = Before::of(&lake);
                // Side by side they are slower than the one that was timed.
                let after = length.mul_f64(3.0 * share(*step));
                let is_new = killed(&before.root(), after, &old, &new);
                assert!(
                    is_new.is_some(),
                    "neither the old state nor the new one at step {step}, after {after:?}"
                );
                is_new == Some(true)
            })
            .count()
    });
    assert!(published < KILLED as usize, "no run was killed before its segment");
}

/// Kills a run after a while, then completes the work; says whether the run had been published, or nothing when what it left is
/// neither state.
fn killed(root: &Path, after: Duration, old: &[Vec<u8>], new: &[Vec<u8>]) -> Option<bool> {
    let mut killed = child(root);
    std::thread::sleep(after);
    killed.kill().unwrap();
    killed.wait().unwrap();
    let found = view(root, "rpu", None);
    let is_new = found == new;
    if !is_new && found != old {
        return None;
    }
    match is_new {
        false => run_second(root),
        // The next writer completes the views.
        true => drop(Store::open(root).unwrap().writer().unwrap()),
    }
    assert_eq!(view(root, "rpu", None), new);
    let problems = Store::open(root).unwrap().verify().unwrap().problems;
    assert!(problems.is_empty(), "{problems:#?}");
    assert!(std::fs::read_dir(root.join(".staging")).unwrap().next().is_none());
    Some(is_new)
}

/// A number from 0 to 1 that follows from the step: the same points every time (SplitMix64, Steele et al., 2014).
fn share(step: u64) -> f64 {
    let mut mixed = (step + 2025).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (mixed ^ (mixed >> 31)) as f64 / u64::MAX as f64
}

/// A copy of the lake as it is before the run.
struct Before(tempfile::TempDir);

impl Before {
    fn of(lake: &Lake) -> Before {
        let folder = tempfile::tempdir().unwrap();
        copy(&lake.root(), &folder.path().join("lac"));
        Before(folder)
    }

    fn root(&self) -> std::path::PathBuf {
        self.0.path().join("lac")
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        match path.is_dir() {
            true => copy(&path, &to),
            false => drop(std::fs::copy(&path, &to).unwrap()),
        }
    }
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
