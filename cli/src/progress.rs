//! Progress of a long step: a counter when somebody watches, nothing otherwise, where the log has one line a step.

use indicatif::{ProgressBar, ProgressStyle};

use crate::talk::Log;

pub struct Progress {
    bar: Option<ProgressBar>,
}

impl Progress {
    /// A step of about `total` items; an archive counts for one and may hold more.
    pub fn start(log: Log, what: &'static str, total: usize) -> Progress {
        let bar = log.bar.then(|| {
            let style = ProgressStyle::with_template("{bar:40} {pos} {msg} sur {len} fichiers, {elapsed}")
                .expect("the template is well formed");
            ProgressBar::new(total as u64).with_style(style).with_message(what)
        });
        Progress { bar }
    }

    /// One item is begun.
    pub fn step(&self) {
        if let Some(bar) = &self.bar {
            bar.inc(1);
        }
    }

    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
