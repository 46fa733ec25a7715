//! Colours: Okabe and Ito (2008), *Color Universal Design*, safe for the common forms of colour blindness, and greys. Pairs
//! used together differ in lightness too, so that a grey print keeps them apart.

use plotters::style::RGBColor;

pub const BLUE: RGBColor = RGBColor(0x00, 0x72, 0xB2);
pub const VERMILION: RGBColor = RGBColor(0xD5, 0x5E, 0x00);
pub const SKY: RGBColor = RGBColor(0x56, 0xB4, 0xE9);
/// Darker and lighter than [`BLUE`] and [`SKY`], for steps of one hue.
pub const NAVY: RGBColor = RGBColor(0x00, 0x44, 0x6B);
pub const PALE: RGBColor = RGBColor(0xA9, 0xD6, 0xF0);
pub const ICE: RGBColor = RGBColor(0xDC, 0xEE, 0xF8);
pub const INK: RGBColor = RGBColor(0x1B, 0x24, 0x2D);
/// Secondary text: 5.9:1 on white.
pub const MUTED: RGBColor = RGBColor(0x55, 0x60, 0x6B);
/// Year before: 4.6:1 on white.
pub const BEFORE: RGBColor = RGBColor(0x70, 0x78, 0x80);
pub const GRID: RGBColor = RGBColor(0xE3, 0xE7, 0xEA);
pub const AXIS: RGBColor = RGBColor(0x8A, 0x94, 0x9D);
pub const BAND: RGBColor = RGBColor(0xEE, 0xF1, 0xF4);
pub const WHITE: RGBColor = RGBColor(0xFF, 0xFF, 0xFF);
