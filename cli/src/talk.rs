//! What is said, and where: results on stdout; steps, notices and errors on stderr. Steps and notices go through `tracing`, as
//! sentences on a terminal and as one JSON object a line elsewhere.

use std::io::{ErrorKind, Write};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::fmt::writer::BoxMakeWriter;

use crate::clock;
use crate::error::CommandError;

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    Text,
    Json,
}

/// How this execution talks.
#[derive(Debug, Clone, Copy)]
pub struct Log {
    /// Whether a progress bar is drawn: somebody watches, and no log format was asked for.
    pub bar: bool,
}

/// Installs the log. On a terminal only notices are written unless asked for more: a bar shows the progress. Elsewhere each step
/// is a line.
pub fn start(format: Option<Format>, verbose: u8) -> Log {
    let watched = clock::is_watched();
    let bar = watched && format.is_none();
    let level = match (verbose, bar) {
        (0, true) => LevelFilter::WARN,
        (0, false) | (1, _) => LevelFilter::INFO,
        (2, _) => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    let format = format.unwrap_or(if watched { Format::Text } else { Format::Json });
    let builder = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_target(false)
        .with_ansi(false)
        .with_writer(BoxMakeWriter::new(std::io::stderr));
    let installed = match format {
        Format::Text => builder.without_time().with_level(false).try_init(),
        Format::Json => builder.json().flatten_event(true).with_current_span(false).try_init(),
    };
    // Only a test that runs two commands in one process installs it twice, and the first one serves both.
    drop(installed);
    Log { bar }
}

/// Prints on stdout. A reader that closed the pipe has read enough: that is not an error.
pub fn print(text: &str) {
    if let Err(error) = std::io::stdout().lock().write_all(text.as_bytes())
        && error.kind() != ErrorKind::BrokenPipe
    {
        self::error(&CommandError::work(format!("écriture sur la sortie standard : {error}")));
    }
}

/// The last words of a command that could not do its work: always sentences, whatever the log is.
pub fn error(error: &CommandError) {
    // Nobody is left to tell when stderr itself fails.
    drop(std::io::stderr().lock().write_all(error.render().as_bytes()));
}
