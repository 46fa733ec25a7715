//! What a reading needs to know besides the file: the key, the kinds, the region's structures, the caps and the options.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use lake::delivery::DeliveryId;
use lake::key::Key;
use lake::reference::Structure;

use crate::kinds::Kinds;
use crate::rpu::residence::Resolvers;

/// A file that came in.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    pub path: PathBuf,
    /// Inbox folder it came through (`depot/<source>/`), empty when given on the command line.
    pub source: String,
    pub received_at: Timestamp,
    /// When it was left in the inbox, for what comes through it: a file dropped at 3:50 is not late because the night begins at 4:30.
    pub depose_le: Option<Timestamp>,
}

/// Limits that no honest delivery meets.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Caps {
    /// Expanded size of one compressed content, bytes.
    pub expanded: u64,
    /// Expanded size over compressed size.
    pub ratio: u64,
    /// Entries of an archive.
    pub entries: usize,
    /// Depth of XML elements.
    pub depth: usize,
    /// Length of one element or cell, bytes.
    pub field: usize,
}

impl Default for Caps {
    fn default() -> Caps {
        Caps {
            expanded: 8 << 30,
            ratio: 500,
            entries: 10_000,
            depth: 16,
            field: 256 << 10,
        }
    }
}

/// A site number that must be read as another one, between two dates (both included, open when absent).
#[derive(Debug, Clone, PartialEq)]
pub struct FinessAlias {
    pub finess: String,
    /// Only for this ORDRE; any when absent.
    pub ordre: Option<i16>,
    pub vers_finess: String,
    /// ORDRE to write instead; unchanged when absent.
    pub vers_ordre: Option<i16>,
    pub du: Option<Date>,
    pub au: Option<Date>,
}

/// Options that stand in for what a file does not say.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Options {
    /// First and last day covered, for forms without a window.
    pub du: Option<Date>,
    pub au: Option<Date>,
    /// When the sender produced the file, for forms without EXTRACT.
    pub extrait_le: Option<DateTime>,
}

/// Everything a reading depends on.
pub struct Context {
    pub key: Key,
    pub kinds: Kinds,
    /// Known structures. Empty: no site is known, everything is quarantined.
    pub structures: Vec<Structure>,
    /// No register to compare sites with: whether they are known is not evaluated, and none is quarantined.
    pub sans_repertoire: bool,
    pub finess_alias: Vec<FinessAlias>,
    pub caps: Caps,
    /// An EXTRACT later than the reception by more than this number of minutes makes a delivery wait.
    pub avance_minutes: u16,
    /// Code of the region, `76`.
    pub region: String,
    pub zone: TimeZone,
    /// (source, field) for which the aliases « only for sources declared to use it » apply, e.g. (`chu`, `MODE_SORTIE`).
    pub alias_declares: Vec<(String, String)>,
    pub options: Options,
    /// What stood in for the content of that identifier when it was first read: a replay has only the file.
    pub options_of: BTreeMap<DeliveryId, Options>,
    /// Identifier given to the new reading of a content, where it is read again beside the former one.
    pub renamed: BTreeMap<DeliveryId, DeliveryId>,
    /// The row rules are judged on what is read, as `check` does: their findings go to the certificates.
    pub lignes: bool,
    /// What earlier readings learnt of residences: it saves time and changes no result.
    pub(crate) resolvers: Resolvers,
}

impl Context {
    /// Occitanie's defaults: embedded kinds, `Europe/Paris`, default caps, no alias, no option.
    pub fn new(key: Key, structures: Vec<Structure>, region: &str) -> Context {
        Context::with_kinds(key, Kinds::embedded(), structures, region)
    }

    /// The same with other kinds.
    pub fn with_kinds(key: Key, kinds: Kinds, structures: Vec<Structure>, region: &str) -> Context {
        Context {
            key,
            kinds,
            structures,
            sans_repertoire: false,
            finess_alias: Vec::new(),
            caps: Caps::default(),
            avance_minutes: lake::advance::TOLERATED,
            region: region.to_owned(),
            zone: legal_time(),
            alias_declares: Vec::new(),
            options: Options::default(),
            options_of: BTreeMap::new(),
            renamed: BTreeMap::new(),
            lignes: false,
            resolvers: Resolvers::default(),
        }
    }
}

impl Context {
    /// The options for one content.
    pub fn options_for(&self, id: &DeliveryId) -> &Options {
        self.options_of.get(id).unwrap_or(&self.options)
    }
}

/// French legal time since 1996, written as a rule so that no file of the machine is read.
pub fn legal_time() -> TimeZone {
    TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").expect("the rule is well formed")
}
