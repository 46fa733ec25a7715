//! The bare scan that `make bench` compares the ingest with: every event, record or value of the files of a folder, and nothing done
//! with them. It holds nothing of the product, so that no change of the product changes its speed.
//!
//! * `balayage memoire <folder>`: each file whole in memory, events borrowed from it (`quick-xml` at its fastest);
//! * `balayage flux <folder>`: in bounded memory, as the ingest must;
//! * `balayage csv <folder>`: every record of every flat file, in bounded memory;
//! * `balayage json <folder>`: every JSON file parsed into `serde_json`'s values.

use std::fs::File;
use std::io::{BufRead, BufReader, Error};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use quick_xml::Reader;
use quick_xml::events::Event;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let counted = match &arguments[..] {
        [mode, folder] if mode == "memoire" => count(Path::new(folder), in_memory),
        [mode, folder] if mode == "flux" => count(Path::new(folder), streamed),
        [mode, folder] if mode == "csv" => count(Path::new(folder), records),
        [mode, folder] if mode == "json" => count(Path::new(folder), values),
        _ => {
            eprintln!("usage : balayage memoire|flux|csv|json <dossier>");
            return ExitCode::from(2);
        }
    };
    match counted {
        Ok((files, events)) => {
            println!("{files} fichiers, {events} lus");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn count(folder: &Path, scan: fn(&Path) -> Result<u64, Error>) -> Result<(usize, u64), Error> {
    let entries: Result<Vec<PathBuf>, Error> = std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect();
    let files = entries?;
    let mut events = 0;
    for file in &files {
        events += scan(file)?;
    }
    Ok((files.len(), events))
}

fn in_memory(path: &Path) -> Result<u64, Error> {
    let bytes = std::fs::read(path)?;
    // The parser reads UTF-8: a file in another encoding is decoded first, or its scan would stop at the first accent.
    let Ok(text) = std::str::from_utf8(&bytes) else {
        return events_of(&encoding_rs::WINDOWS_1252.decode(&bytes).0);
    };
    events_of(text)
}

fn events_of(text: &str) -> Result<u64, Error> {
    let mut reader = Reader::from_str(text);
    let mut events = 0;
    loop {
        match reader.read_event().map_err(Error::other)? {
            Event::Eof => return Ok(events),
            _ => events += 1,
        }
    }
}

fn streamed(path: &Path) -> Result<u64, Error> {
    let mut reader = BufReader::with_capacity(256 << 10, File::open(path)?);
    match std::str::from_utf8(reader.fill_buf()?) {
        // An encoding that the first block does not betray is UTF-8; a character cut by its end is no betrayal.
        Err(error) if error.error_len().is_some() => in_memory(path),
        _ => {
            let mut reader = Reader::from_reader(reader);
            let (mut events, mut event) = (0, Vec::new());
            loop {
                event.clear();
                match reader.read_event_into(&mut event).map_err(Error::other)? {
                    Event::Eof => return Ok(events),
                    _ => events += 1,
                }
            }
        }
    }
}

fn records(path: &Path) -> Result<u64, Error> {
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').flexible(true).from_path(path)?;
    let (mut records, mut record) = (0, csv::ByteRecord::new());
    while reader.read_byte_record(&mut record)? {
        records += 1;
    }
    Ok(records)
}

fn values(path: &Path) -> Result<u64, Error> {
    let bytes = std::fs::read(path)?;
    let mut values = 0;
    for value in serde_json::Deserializer::from_slice(&bytes).into_iter::<serde_json::Value>() {
        values += match value? {
            serde_json::Value::Array(several) => several.len() as u64,
            _ => 1,
        };
    }
    Ok(values)
}
