//! Throughput of the reading of one file, as a ratio of a bare XML event scan of the same bytes: both on one thread, the best of
//! several runs, in processor time where the system gives it.
//!
//! `debit <file.xml> [runs]` prints both and their ratio.
//!
//! The scan borrows from memory (`quick-xml` at its fastest). The reading goes through `ingest::check`: it hashes the content,
//! recognises, decodes, parses, normalises, makes both keyed hashes, runs every rule, and builds arrow batches that a sink throws
//! away.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use ingest::{Context, Received, check};
use lake::key::Key;
use quick_xml::Reader;
use quick_xml::events::Event;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match &arguments[..] {
        [path] => compare(PathBuf::from(path), 5),
        [path, runs] => compare(PathBuf::from(path), runs.parse().unwrap_or(5)),
        _ => {
            eprintln!("usage: debit <file.xml> [runs]");
            std::process::exit(2);
        }
    }
}

fn compare(path: PathBuf, runs: usize) {
    let bytes = std::fs::read(&path).expect("the file can be read");
    let context = Context::new(Key::demonstration(), lake::reference::structures().to_vec(), "76");
    let received = Received {
        path,
        source: String::new(),
        received_at: jiff::Timestamp::UNIX_EPOCH,
        depose_le: None,
    };
    let (scanning, events) = best(runs, || scan(&bytes));
    let (reading, rows) = best(runs, || {
        check(std::slice::from_ref(&received), &context).expect("the disk reads")[0]
            .counts
            .rows_read
    });
    let rate = |time: Duration| bytes.len() as f64 / 1e6 / time.as_secs_f64();
    println!("file     {:>8.1} MB, {rows} records", bytes.len() as f64 / 1e6);
    println!("scan     {:>8.1} MB/s ({events} events)", rate(scanning));
    println!("reading  {:>8.1} MB/s", rate(reading));
    println!("ratio    {:>8.2}", scanning.as_secs_f64() / reading.as_secs_f64());
}

/// The shortest of several runs, and the last result.
fn best<T>(runs: usize, mut run: impl FnMut() -> T) -> (Duration, T) {
    let mut timed = || {
        let start = clock();
        let result = run();
        (clock().saturating_sub(start), result)
    };
    let mut kept = timed();
    for _ in 1..runs {
        let next = timed();
        kept = (kept.0.min(next.0), next.1);
    }
    kept
}

/// Time this thread spent on a processor where the system says so (Linux), so that a busy machine does not blur the ratio; the
/// wall clock elsewhere.
#[expect(clippy::disallowed_methods, reason = "a measure of time needs a clock")]
fn clock() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    let on_processor = std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|text| text.split(' ').next()?.parse().ok());
    match on_processor {
        Some(nanoseconds) => Duration::from_nanos(nanoseconds),
        None => START.get_or_init(Instant::now).elapsed(),
    }
}

fn scan(bytes: &[u8]) -> u64 {
    let mut reader = Reader::from_reader(bytes);
    let mut events = 0;
    loop {
        match reader.read_event() {
            Ok(Event::Eof) => return events,
            Ok(_) => events += 1,
            // Bytes of another encoding under a UTF-8 name stop a bare scan; what was scanned counts.
            Err(_) => return events,
        }
    }
}
