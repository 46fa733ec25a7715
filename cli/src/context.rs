//! What every command is given: the configuration, the instant taken for now, the zone of civil times.

use jiff::Timestamp;

use crate::commands::Common;
use crate::config::{self, Config};
use crate::error::{Doing, Result};
use crate::{authority, clock, extra, talk};

/// Civil times of the records are those of metropolitan France.
pub const ZONE: &str = "Europe/Paris";

pub struct Context {
    pub config: Config,
    /// Read once, so that everything a run writes bears one instant.
    pub now: Timestamp,
    pub log: talk::Log,
}

impl Context {
    pub fn new(common: &Common) -> Result<Context> {
        if let Some(threads) = common.threads {
            rayon::ThreadPoolBuilder::new()
                .num_threads(usize::from(threads))
                .build_global()
                .doing("réglage du nombre de fils")?;
        }
        let config = config::load(common.config.as_deref())?;
        extra::declare_tables(&config)?;
        authority::verify(&config)?;
        Ok(Context {
            config,
            now: common.now.unwrap_or_else(clock::now),
            log: talk::start(common.log_format, common.verbose),
        })
    }

    /// The present day in civil time.
    pub fn today(&self) -> jiff::civil::Date {
        self.now.in_tz(ZONE).expect("the zone is bundled").date()
    }
}
