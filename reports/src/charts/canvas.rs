//! A sheet to draw on, in CSS pixels. plotters places points on whole units, so the sheet is four times finer than the
//! pixels: lines stay smooth and bytes stay the same everywhere. plotters escapes every text.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Display;

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::element::{Circle, PathElement, Polygon, Rectangle, Text};
use plotters::prelude::SVGBackend;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontStyle, FontTransform, IntoFont, RGBColor, ShapeStyle, TextStyle};

use super::compact::compact;
use super::palette;
use super::values::{Named, Place};

pub const FINE: f64 = 4.0;
/// plotters divides the size of a font by this before writing it.
const FONT_SCALE: f64 = 1.24;

pub struct Canvas<'a> {
    area: DrawingArea<SVGBackend<'a>, Shift>,
    pub width: f64,
    pub height: f64,
    top: f64,
    bottom: f64,
    failure: RefCell<Option<String>>,
    places: RefCell<Vec<(Place, Named)>>,
}

/// How a line looks.
#[derive(Clone, Copy)]
pub struct Stroke {
    color: RGBColor,
    width: f64,
    dash: Option<(f64, f64)>,
}

/// How a text looks.
#[derive(Clone, Copy)]
pub struct Look {
    size: f64,
    color: RGBColor,
    bold: bool,
    h: HPos,
    v: VPos,
    turned: bool,
}

impl Stroke {
    pub fn new(color: RGBColor, width: f64) -> Stroke {
        Stroke {
            color,
            width,
            dash: None,
        }
    }

    pub fn dashed(mut self, on: f64, off: f64) -> Stroke {
        self.dash = Some((on, off));
        self
    }
}

impl Look {
    pub fn new(size: f64) -> Look {
        Look {
            size,
            color: palette::MUTED,
            bold: false,
            h: HPos::Left,
            v: VPos::Center,
            turned: false,
        }
    }

    pub fn color(mut self, color: RGBColor) -> Look {
        self.color = color;
        self
    }

    pub fn bold(mut self) -> Look {
        self.bold = true;
        self
    }

    pub fn centered(mut self) -> Look {
        self.h = HPos::Center;
        self
    }

    /// Written upwards from its point, which is the middle of its foot.
    pub fn upwards(mut self) -> Look {
        (self.turned, self.h, self.v) = (true, HPos::Left, VPos::Center);
        self
    }

    pub fn right(mut self) -> Look {
        self.h = HPos::Right;
        self
    }
}

impl<'a> Canvas<'a> {
    /// A sheet of `width` × `height` with room for a caption above and below; (0, 0) is under the caption.
    pub fn new(svg: &'a mut String, width: f64, height: f64, top: f64, bottom: f64) -> Canvas<'a> {
        let size = (fine(width) as u32, fine(top + height + bottom) as u32);
        Canvas {
            area: SVGBackend::with_string(svg, size).into_drawing_area(),
            width,
            height,
            top,
            bottom,
            failure: RefCell::default(),
            places: RefCell::default(),
        }
    }

    pub fn background(&self) {
        self.rect(
            0.0,
            -self.top,
            self.width,
            self.top + self.height + self.bottom,
            palette::WHITE,
        );
    }

    pub fn line(&self, points: &[(f64, f64)], stroke: Stroke) {
        let style = ShapeStyle {
            color: stroke.color.to_rgba(),
            filled: false,
            stroke_width: fine(stroke.width).max(1) as u32,
        };
        let pieces = match stroke.dash {
            None => vec![points.to_vec()],
            Some((on, off)) => dashes(points, on, off),
        };
        for piece in pieces.into_iter().filter(|piece| piece.len() > 1) {
            self.note(self.area.draw(&PathElement::new(self.points(&piece), style)));
        }
    }

    pub fn polygon(&self, points: &[(f64, f64)], color: RGBColor, opacity: f64) {
        self.note(
            self.area
                .draw(&Polygon::new(self.points(points), color.mix(opacity).filled())),
        );
    }

    pub fn rect(&self, x: f64, y: f64, width: f64, height: f64, color: RGBColor) {
        let corners = self.points(&[(x, y), (x + width, y + height)]);
        // A bar of nothing has no shape, and readers of SVG complain of one without height.
        if corners[0].0 == corners[1].0 || corners[0].1 == corners[1].1 {
            return;
        }
        self.note(self.area.draw(&Rectangle::new([corners[0], corners[1]], color.filled())));
    }

    pub fn dot(&self, x: f64, y: f64, radius: f64, color: RGBColor) {
        let at = self.points(&[(x, y)])[0];
        self.note(self.area.draw(&Circle::new(at, fine(radius), color.filled())));
    }

    pub fn text(&self, x: f64, y: f64, text: &str, look: Look) {
        let style = if look.bold { FontStyle::Bold } else { FontStyle::Normal };
        let mut font = ("sans-serif", look.size * FINE * FONT_SCALE).into_font().style(style);
        if look.turned {
            font = font.transform(FontTransform::Rotate270);
        }
        let style = TextStyle::from(font).color(&look.color).pos(Pos::new(look.h, look.v));
        let at = self.points(&[(x, y)])[0];
        self.note(self.area.draw(&Text::new(text.to_owned(), at, style)));
    }

    /// A text with white around its letters: readable over lines and fills.
    pub fn halo(&self, x: f64, y: f64, text: &str, look: Look) {
        for (dx, dy) in [(-1.2, 0.0), (1.2, 0.0), (0.0, -1.2), (0.0, 1.2)] {
            self.text(x + dx, y + dy, text, look.color(palette::WHITE));
        }
        self.text(x, y, text, look);
    }

    /// Says that a place stands for a row of the data of the chart.
    pub fn stands_for(&self, place: Place, row: usize) {
        self.places.borrow_mut().push((place, Named::Rank(row)));
    }

    /// The same of a row known by its title.
    pub fn stands_for_title(&self, place: Place, title: &str) {
        self.places.borrow_mut().push((place, Named::Title(title.to_owned())));
    }

    /// Ends the drawing; what stands where, or the first failure.
    pub fn finish(self) -> Result<Vec<(Place, Named)>, String> {
        self.note(self.area.present());
        match self.failure.into_inner() {
            Some(failure) => Err(failure),
            None => Ok(self.places.into_inner()),
        }
    }

    fn points(&self, points: &[(f64, f64)]) -> Vec<(i32, i32)> {
        points.iter().map(|(x, y)| (fine(*x), fine(*y + self.top))).collect()
    }

    fn note<E: Display>(&self, drawn: Result<(), E>) {
        if let Err(error) = drawn {
            self.failure.borrow_mut().get_or_insert_with(|| error.to_string());
        }
    }
}

/// Width of a text in pixels, near enough to place labels: generic sans-serif, mean advance of its kinds of letters.
pub fn text_width(text: &str, size: f64) -> f64 {
    text.chars()
        .map(|symbol| match symbol {
            'i' | 'l' | 'j' | 't' | 'f' | 'I' | '.' | ',' | ':' | '\'' | '’' | '|' => 0.33,
            ' ' | '\u{202F}' | '\u{00A0}' => 0.32,
            'm' | 'w' | 'M' | 'W' | '%' | '‰' => 0.95,
            capital if capital.is_uppercase() => 0.72,
            _ => 0.61,
        })
        .sum::<f64>()
        * size
}

/// Pushes labels apart so that they stand at least `gap` from one another; keeps their order, stays within `low`..`high`.
pub fn spread(wanted: &[f64], gap: f64, low: f64, high: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|a, b| wanted[*a].total_cmp(&wanted[*b]));
    let mut placed = vec![0.0; wanted.len()];
    let mut floor = low;
    for &index in &order {
        placed[index] = wanted[index].max(floor);
        floor = placed[index] + gap;
    }
    let mut ceiling = high;
    for &index in order.iter().rev() {
        placed[index] = placed[index].min(ceiling);
        ceiling = placed[index] - gap;
    }
    placed
}

/// The opening tag that replaces plotters' own: finer units, role and text alternative.
pub fn header(width: f64, height: f64, title: &str, alternative: &str) -> String {
    // In a page the label is enough: a description saying the same would be read out twice.
    let visible = if title.is_empty() {
        String::new()
    } else {
        format!("<title>{}</title>\n<desc>{}</desc>\n", escape(title), escape(alternative))
    };
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" font-family=\"sans-serif\" aria-label=\"{}\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {} {}\">\n{visible}",
        escape(alternative),
        fine(width),
        fine(height),
    )
}

pub fn with_header(svg: &str, header: &str) -> String {
    let body = svg.split_once(">\n").map_or("", |(_, body)| body);
    // What every text would repeat is said once, on the root; no stroke is what a shape has by itself.
    let mut body = body.to_owned();
    for (repeated, short) in [
        (" opacity=\"1\"", ""),
        (" font-family=\"sans-serif\"", ""),
        (" stroke=\"none\"", ""),
    ] {
        body = body.replace(repeated, short);
    }
    let (common, body) = hoisted(&compact(&body));
    format!("{}{body}", header.replacen("<svg ", &format!("<svg {common}"), 1))
}

/// What most texts have in common, said once on the root: every text says where it is anchored, how large and in what colour, and every
/// shape its own colour, so that nothing else inherits it.
fn hoisted(body: &str) -> (String, String) {
    let texts: Vec<&str> = body
        .match_indices("<text ")
        .filter_map(|(at, _)| body.get(at..)?.split('>').next())
        .collect();
    let (mut root, mut body) = (String::new(), body.to_owned());
    for name in [" text-anchor=\"", " font-size=\"", " fill=\""] {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        let values = texts.iter().filter_map(|text| text.split_once(name)?.1.split('"').next());
        values.for_each(|value| *counts.entry(value).or_default() += 1);
        let Some((value, _)) = counts.iter().max_by_key(|(value, count)| (**count, Reverse(**value))) else {
            continue;
        };
        let said = format!("{name}{value}\"");
        root += said.trim_start();
        root.push(' ');
        let pieces: Vec<String> = body
            .split("<text ")
            .enumerate()
            .map(|(rank, piece)| match (rank, piece.split_once('>')) {
                (1.., Some((head, rest))) => format!("{}>{rest}", format!(" {head}").replacen(&said, "", 1).trim_start()),
                _ => piece.to_owned(),
            })
            .collect();
        body = pieces.join("<text ");
    }
    (root, body)
}

pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

fn fine(pixels: f64) -> i32 {
    (pixels * FINE).round() as i32
}

/// Cuts a broken line into dashes that follow it round its corners.
fn dashes(points: &[(f64, f64)], on: f64, off: f64) -> Vec<Vec<(f64, f64)>> {
    let mut pieces = Vec::new();
    let mut piece: Vec<(f64, f64)> = points.first().copied().into_iter().collect();
    let mut drawing = true;
    let mut left = on;
    for pair in points.windows(2) {
        let ((mut x, mut y), (to_x, to_y)) = (pair[0], pair[1]);
        loop {
            let distance = (to_x - x).hypot(to_y - y);
            if distance <= left {
                left -= distance;
                if drawing {
                    piece.push((to_x, to_y));
                }
                break;
            }
            (x, y) = (x + (to_x - x) * left / distance, y + (to_y - y) * left / distance);
            if drawing {
                piece.push((x, y));
                pieces.push(std::mem::take(&mut piece));
                left = off;
            } else {
                piece = vec![(x, y)];
                left = on;
            }
            drawing = !drawing;
        }
    }
    pieces.push(piece);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_most_texts_say_is_said_once() {
        let text = |anchor: &str, size: u8| {
            format!("<text x=\"1\" text-anchor=\"{anchor}\" font-size=\"{size}\" fill=\"#000\">a</text>")
        };
        let (root, body) = hoisted(&[text("end", 8), text("end", 9), text("middle", 9)].concat());
        assert_eq!(root, "text-anchor=\"end\" font-size=\"9\" fill=\"#000\" ");
        let expected = [
            "<text x=\"1\" font-size=\"8\">a</text>",
            "<text x=\"1\">a</text>",
            "<text x=\"1\" text-anchor=\"middle\">a</text>",
        ];
        assert_eq!(body, expected.concat());
    }

    #[test]
    fn dashes_follow_the_line_and_leave_gaps() {
        let pieces = dashes(&[(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)], 6.0, 2.0);
        assert_eq!(
            pieces,
            [
                vec![(0.0, 0.0), (6.0, 0.0)],
                vec![(8.0, 0.0), (10.0, 0.0), (10.0, 4.0)],
                vec![(10.0, 6.0), (10.0, 10.0)]
            ]
        );
    }

    #[test]
    fn labels_are_pushed_apart_and_keep_their_order() {
        assert_eq!(spread(&[50.0, 48.0], 14.0, 0.0, 60.0), [60.0, 46.0]);
        assert_eq!(spread(&[10.0, 40.0], 14.0, 0.0, 60.0), [10.0, 40.0]);
    }
}
