//! Values of a flat row, typed by their column.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use lake::table::ColumnType;

use arrow::array::StringBuilder;

use crate::columns::Any;

#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    None,
    Text(String),
    List(Vec<String>),
    /// 16 or 32 bits, as the column says.
    Integer(i32),
    Bool(bool),
    /// Days since 1970-01-01.
    Date(i32),
    /// Seconds on the wall clock.
    Civil(i64),
    Instant(Moment),
    Decimal(f64),
}

/// An instant as received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Microseconds since 1970-01-01 00:00 UTC.
    pub utc: i64,
    /// Offset to UTC, minutes: as received, else legal time's.
    pub offset: i16,
    pub had_offset: bool,
    /// No offset, and the local hour exists twice.
    pub ambiguous: bool,
}

impl Moment {
    /// The same instant, at the offset that a zone then has.
    pub fn in_zone(self, zone: &TimeZone) -> Moment {
        let at = Timestamp::from_microsecond(self.utc).unwrap_or(Timestamp::UNIX_EPOCH);
        Moment {
            offset: (zone.to_offset(at).seconds() / 60) as i16,
            ..self
        }
    }

    /// Seconds on the wall clock, at its offset.
    pub fn civil(self) -> i64 {
        self.utc.div_euclid(1_000_000) + i64::from(self.offset) * 60
    }
}

impl Value {
    /// Appends what identifies the value to a message to be hashed.
    pub fn put(&self, message: &mut Vec<u8>) {
        match self {
            Self::None => {}
            Self::Text(text) => message.extend_from_slice(text.as_bytes()),
            Self::List(items) => message.extend_from_slice(items.join("|").as_bytes()),
            Self::Integer(number) | Self::Date(number) => message.extend_from_slice(&number.to_le_bytes()),
            Self::Bool(flag) => message.push(u8::from(*flag)),
            Self::Civil(seconds) => message.extend_from_slice(&seconds.to_le_bytes()),
            Self::Instant(moment) => message.extend_from_slice(&moment.utc.to_le_bytes()),
            Self::Decimal(number) => message.extend_from_slice(&number.to_le_bytes()),
        }
        message.push(0x1F);
    }

    /// The value on an ordered scale, for comparisons: counts as they are, times in microseconds.
    pub fn magnitude(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(i64::from(*number)),
            Self::Date(day) => Some(i64::from(*day) * 86_400_000_000),
            Self::Civil(seconds) => Some(seconds * 1_000_000),
            Self::Instant(moment) => Some(moment.utc),
            _ => None,
        }
    }
}

/// An empty buffer for a column of that type.
pub fn buffer(kind: ColumnType) -> Any {
    match kind {
        ColumnType::Text | ColumnType::Etat => Any::Text(StringBuilder::new()),
        ColumnType::List => Any::List(Vec::new()),
        ColumnType::Int16 => Any::Int16(Vec::new()),
        ColumnType::Int32 => Any::Int32(Vec::new()),
        ColumnType::Bool => Any::Bool(Vec::new()),
        ColumnType::Date => Any::Date(Vec::new()),
        ColumnType::Civil => Any::Civil(Vec::new()),
        ColumnType::Instant => Any::Instant(Vec::new()),
        ColumnType::Decimal => Any::Decimal(Vec::new()),
    }
}

/// Appends a value to the buffer of its column.
pub fn push(buffer: &mut Any, value: &Value) {
    match (buffer, value) {
        (Any::Text(column), Value::Text(text)) => column.append_value(text),
        (Any::List(column), Value::List(items)) => column.push(Some(items.clone())),
        (Any::Int16(column), Value::Integer(number)) => column.push(i16::try_from(*number).ok()),
        (Any::Int32(column), Value::Integer(number)) => column.push(Some(*number)),
        (Any::Bool(column), Value::Bool(flag)) => column.push(Some(*flag)),
        (Any::Date(column), Value::Date(day)) => column.push(Some(*day)),
        (Any::Civil(column), Value::Civil(seconds)) => column.push(Some(seconds * 1_000_000)),
        (Any::Instant(column), Value::Instant(moment)) => column.push(Some(moment.utc)),
        (Any::Decimal(column), Value::Decimal(number)) => column.push(Some(*number)),
        (Any::Text(column), _) => column.append_null(),
        (Any::List(column), _) => column.push(None),
        (Any::Int16(column), _) => column.push(None),
        (Any::Int32(column), _) => column.push(None),
        (Any::Bool(column), _) => column.push(None),
        (Any::Date(column), _) => column.push(None),
        (Any::Civil(column), _) => column.push(None),
        (Any::Instant(column), _) => column.push(None),
        (Any::Decimal(column), _) => column.push(None),
    }
}
