//! A map: areas filled by the class of their rate in one hue, from light to dark, with their value written where there is room;
//! counts only as symbols, whose area is what is counted. Areas without a value are white, and said so.

use plotters::style::RGBColor;
use serde::Serialize;

use super::bars::fit;
use super::canvas::{Canvas, Look, Stroke, text_width};
use super::values::Place;
use super::{Width, palette};

/// From the lowest class; each is darker than the one before, in grey too.
const SHADES: [RGBColor; 5] = [palette::ICE, palette::PALE, palette::SKY, palette::BLUE, palette::NAVY];
/// Text is white from this shade on.
const DARK: usize = 3;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Map {
    pub areas: Vec<MapArea>,
    /// Lines drawn over the areas: wider areas.
    #[serde(skip)]
    pub borders: Vec<Rings>,
    pub sites: Vec<MapSite>,
    /// Ranges of the classes, from the lowest.
    pub classes: Vec<String>,
    /// Said of areas without a value, when there are some.
    pub without: Option<String>,
    /// What the symbols count.
    pub symbols: Option<String>,
    /// Small map of the whole, with where this one stands.
    #[serde(skip)]
    pub inset: Vec<(Rings, bool)>,
}

/// Rings of (longitude, latitude).
pub type Rings = Vec<Vec<(f64, f64)>>;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MapArea {
    #[serde(skip)]
    pub rings: Rings,
    pub name: String,
    pub fill: Fill,
    /// Written in the area, where there is room.
    pub label: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fill {
    /// Rank among the classes.
    Class(usize),
    /// It should have a value, and has none that may be read.
    Without,
    /// What the map is about, without any value.
    Own,
    /// Around it.
    Around,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MapSite {
    pub lon: f64,
    pub lat: f64,
    pub name: String,
    /// From 0 to 1: the square of the radius.
    pub size: f64,
    pub mark: Mark,
}

/// What a site is, told by its shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    #[default]
    Disc,
    Square,
    Diamond,
    /// A ring.
    Ring,
}

const LEGEND: f64 = 44.0;

pub fn height(map: &Map, width: Width) -> f64 {
    let legend = if map.classes.is_empty() && map.symbols.is_none() {
        8.0
    } else {
        LEGEND
    };
    let body = match width {
        Width::Wide => 430.0,
        Width::Narrow => 320.0,
        Width::Compact => 250.0,
    };
    body + legend
}

/// From degrees to pixels: equirectangular, true at the middle latitude.
struct Projection {
    scale: f64,
    stretch: f64,
    west: f64,
    north: f64,
    left: f64,
    top: f64,
}

impl Projection {
    /// Fits rings into a box (left, top, width, height), centred.
    fn fit<'a>(
        rings: impl Iterator<Item = &'a Vec<(f64, f64)>>,
        (left, top, width, height): (f64, f64, f64, f64),
    ) -> Option<Projection> {
        let points: Vec<(f64, f64)> = rings.flatten().copied().collect();
        let edge = |pick: fn(&(f64, f64)) -> f64, keep: fn(f64, f64) -> f64| points.iter().map(pick).reduce(keep);
        let (west, east) = (edge(|p| p.0, f64::min)?, edge(|p| p.0, f64::max)?);
        let (south, north) = (edge(|p| p.1, f64::min)?, edge(|p| p.1, f64::max)?);
        let stretch = ((south + north) / 2.0).to_radians().cos();
        let scale = (width / ((east - west) * stretch).max(1e-6)).min(height / (north - south).max(1e-6));
        Some(Projection {
            scale,
            stretch,
            west,
            north,
            left: left + (width - (east - west) * stretch * scale) / 2.0,
            top: top + (height - (north - south) * scale) / 2.0,
        })
    }

    fn at(&self, (lon, lat): (f64, f64)) -> (f64, f64) {
        (
            self.left + (lon - self.west) * self.stretch * self.scale,
            self.top + (self.north - lat) * self.scale,
        )
    }
}

pub fn paint(map: &Map, canvas: &Canvas, width: Width) {
    let size = width.text();
    let legend = if map.classes.is_empty() && map.symbols.is_none() {
        8.0
    } else {
        LEGEND
    };
    let own = map.areas.iter().filter(|area| area.fill != Fill::Around);
    let side = if width.is_wide() && !map.inset.is_empty() {
        150.0
    } else {
        0.0
    };
    let frame = (side + 8.0, 8.0, canvas.width - side - 16.0, canvas.height - legend - 16.0);
    let Some(projection) = Projection::fit(own.flat_map(|area| &area.rings), frame) else {
        return;
    };
    let drawn = |ring: &Vec<(f64, f64)>| -> Vec<(f64, f64)> {
        let inside = |(x, y): (f64, f64)| (x.clamp(0.0, canvas.width), y.clamp(0.0, canvas.height - legend));
        let points = ring.iter().chain(ring.first()).map(|point| inside(projection.at(*point)));
        thinned(points.collect(), width)
    };
    for area in &map.areas {
        let (color, edge) = match area.fill {
            Fill::Class(rank) => (SHADES[shade(rank, map.classes.len())], palette::WHITE),
            Fill::Without => (palette::WHITE, palette::AXIS),
            Fill::Own => (palette::ICE, palette::AXIS),
            Fill::Around => (palette::BAND, palette::WHITE),
        };
        for ring in &area.rings {
            let points = drawn(ring);
            canvas.polygon(&points, color, 1.0);
            canvas.line(&points, Stroke::new(edge, 0.75));
        }
    }
    for ring in map.borders.iter().flatten() {
        canvas.line(&drawn(ring), Stroke::new(palette::INK, 1.25));
    }
    let mut taken: Vec<Box4> = Vec::new();
    sites(map, canvas, &projection, size, &mut taken);
    for area in map.areas.iter().filter(|area| !area.label.is_empty()) {
        let dark = matches!(area.fill, Fill::Class(rank) if shade(rank, map.classes.len()) >= DARK);
        name(area, dark, canvas, &projection, size, &mut taken);
    }
    for area in map
        .areas
        .iter()
        .filter(|area| matches!(area.fill, Fill::Class(_) | Fill::Without))
    {
        if let Some(place) = heart(area, &projection) {
            canvas.stands_for_title(place, &area.name);
        }
    }
    sites_to_read(map, canvas, &projection);
    inset(map, canvas, width);
    if !map.classes.is_empty() || map.symbols.is_some() {
        caption(map, canvas, size, canvas.height - legend + 10.0);
    }
}

/// Without the points that a screen cannot tell from the last one kept: an outline drawn small needs few. Its ends stay.
fn thinned(points: Vec<(f64, f64)>, width: Width) -> Vec<(f64, f64)> {
    let apart = if width.is_wide() { 1.75 } else { 2.0 };
    let last = points.len().saturating_sub(1);
    let mut kept: Vec<(f64, f64)> = Vec::new();
    for (rank, point) in points.into_iter().enumerate() {
        let far = |from: &(f64, f64)| (point.0 - from.0).hypot(point.1 - from.1) >= apart;
        if rank == last || kept.last().is_none_or(far) {
            kept.push(point);
        }
    }
    kept
}

/// Left, top, right, bottom.
type Box4 = (f64, f64, f64, f64);

fn overlaps(taken: &[Box4], other: Box4) -> bool {
    let apart = |one: &Box4| one.2 < other.0 || other.2 < one.0 || one.3 < other.1 || other.3 < one.1;
    taken.iter().any(|one| !apart(one))
}

/// The value of an area at its middle, where it holds it and nothing else is written.
fn name(area: &MapArea, dark: bool, canvas: &Canvas, projection: &Projection, size: f64, taken: &mut Vec<Box4>) {
    let Some(ring) = area.rings.iter().max_by(|a, b| extent(a).total_cmp(&extent(b))) else {
        return;
    };
    let (x, y) = projection.at(middle(ring));
    let half = text_width(&area.label, size) / 2.0;
    let held = (x - half, y - size / 2.0, x + half, y + size / 2.0);
    let corners = [(held.0, held.1), (held.2, held.1), (held.0, held.3), (held.2, held.3)];
    let points: Vec<(f64, f64)> = ring.iter().map(|point| projection.at(*point)).collect();
    let inside = corners.iter().all(|corner| contains(&points, *corner));
    let off = held.0 < 0.0 || held.2 > canvas.width;
    if !inside || off || overlaps(taken, held) {
        return;
    }
    taken.push(held);
    let color = match area.fill {
        _ if dark => palette::WHITE,
        Fill::Around => palette::MUTED,
        _ => palette::INK,
    };
    canvas.text(x, y, &area.label, Look::new(size).centered().color(color));
}

/// Symbols, the largest first so that none is hidden, then their names where nothing is written.
fn sites(map: &Map, canvas: &Canvas, projection: &Projection, size: f64, taken: &mut Vec<Box4>) {
    let mut ordered: Vec<&MapSite> = map.sites.iter().collect();
    ordered.sort_by(|a, b| b.size.total_cmp(&a.size).then(a.name.cmp(&b.name)));
    let most = if map.classes.is_empty() { 9.0 } else { 4.0 };
    let radius = |site: &MapSite| 3.0 + most * site.size.sqrt();
    for site in &ordered {
        let (x, y) = projection.at((site.lon, site.lat));
        symbol(canvas, site.mark, (x, y), radius(site));
        let r = radius(site);
        taken.push((x - r, y - r, x + r, y + r));
    }
    // Over a rate, the values have the room.
    for site in ordered.iter().filter(|_| map.classes.is_empty()) {
        let text = fit(&site.name, canvas.width * 0.34, size);
        let (x, y) = projection.at((site.lon, site.lat));
        let (long, r) = (text_width(&text, size), radius(site) + 4.0);
        let half = size / 2.0 + 1.0;
        let places = [
            (x + r, y, x + r + long, y),
            (x - r - long, y, x - r, y),
            (x - long / 2.0, y - r - half, x + long / 2.0, y - r - half),
            (x - long / 2.0, y + r + half, x + long / 2.0, y + r + half),
            (x + r, y + size, x + r + long, y + size),
            (x + r, y - size, x + r + long, y - size),
        ];
        let free = places.iter().find(|(left, middle, right, _)| {
            let held = (*left, middle - half, *right, middle + half);
            *left > 2.0 && *right < canvas.width - 2.0 && !overlaps(taken, held)
        });
        if let Some((left, middle, right, _)) = free {
            taken.push((*left, middle - half, *right, middle + half));
            // White behind the name keeps it readable over borders.
            canvas.halo(*left, *middle, &text, Look::new(size).color(palette::INK));
        }
    }
}

/// The middle half of an area, which no neighbour covers much.
fn heart(area: &MapArea, projection: &Projection) -> Option<Place> {
    let ring = area.rings.iter().max_by(|a, b| extent(a).total_cmp(&extent(b)))?;
    let (x, y) = projection.at(middle(ring));
    let points: Vec<(f64, f64)> = ring.iter().map(|point| projection.at(*point)).collect();
    let span = |pick: fn(&(f64, f64)) -> f64| {
        let (low, high) = points
            .iter()
            .map(pick)
            .fold((f64::MAX, f64::MIN), |(low, high), at| (low.min(at), high.max(at)));
        (high - low) / 2.0
    };
    let (wide, tall) = (span(|point| point.0), span(|point| point.1));
    Some((x - wide / 2.0, y - tall / 2.0, wide, tall))
}

/// After the areas, so that a site is found over them.
fn sites_to_read(map: &Map, canvas: &Canvas, projection: &Projection) {
    const REACH: f64 = 7.0;
    for site in &map.sites {
        let (x, y) = projection.at((site.lon, site.lat));
        canvas.stands_for_title((x - REACH, y - REACH, 2.0 * REACH, 2.0 * REACH), &site.name);
    }
}

/// A symbol over white, so that its edge shows on any ground.
fn symbol(canvas: &Canvas, mark: Mark, (x, y): (f64, f64), r: f64) {
    let diamond = |r: f64| [(x, y - r), (x + r, y), (x, y + r), (x - r, y)];
    match mark {
        Mark::Disc => {
            canvas.dot(x, y, r + 1.2, palette::WHITE);
            canvas.dot(x, y, r, palette::VERMILION);
        }
        Mark::Square => {
            canvas.rect(x - r - 1.2, y - r - 1.2, 2.0 * r + 2.4, 2.0 * r + 2.4, palette::WHITE);
            canvas.rect(x - r, y - r, 2.0 * r, 2.0 * r, palette::NAVY);
        }
        Mark::Diamond => {
            canvas.polygon(&diamond(r * 1.25 + 1.6), palette::WHITE, 1.0);
            canvas.polygon(&diamond(r * 1.25), palette::BLUE, 1.0);
        }
        Mark::Ring => {
            canvas.dot(x, y, r, palette::INK);
            canvas.dot(x, y, (r - 1.4).max(0.8), palette::WHITE);
        }
    }
}

fn inset(map: &Map, canvas: &Canvas, width: Width) {
    let side = if width.is_wide() { 140.0 } else { 74.0 };
    let all = map.inset.iter().flat_map(|(rings, _)| rings);
    let Some(projection) = Projection::fit(all, (4.0, 6.0, side, side * 0.8)) else {
        return;
    };
    for (rings, own) in &map.inset {
        for ring in rings {
            let points: Vec<_> = ring.iter().chain(ring.first()).map(|point| projection.at(*point)).collect();
            canvas.polygon(&points, if *own { palette::NAVY } else { palette::BAND }, 1.0);
            canvas.line(&points, Stroke::new(palette::AXIS, 0.5));
        }
    }
}

fn caption(map: &Map, canvas: &Canvas, size: f64, y: f64) {
    let mut x = 6.0;
    let count = map.classes.len();
    // Few classes take the shades that are furthest apart.
    for (rank, range) in map.classes.iter().enumerate() {
        let shade = SHADES[shade(rank, count)];
        canvas.rect(x, y - 6.0, 16.0, 12.0, shade);
        canvas.line(
            &[
                (x, y - 6.0),
                (x + 16.0, y - 6.0),
                (x + 16.0, y + 6.0),
                (x, y + 6.0),
                (x, y - 6.0),
            ],
            Stroke::new(palette::AXIS, 0.75),
        );
        canvas.text(x + 20.0, y, range, Look::new(size - 0.5).color(palette::INK));
        x += 20.0 + text_width(range, size - 0.5) + 12.0;
        if x > canvas.width - 90.0 && rank + 1 < count {
            return second_row(map, canvas, size, y + 17.0, rank + 1);
        }
    }
    second_row(map, canvas, size, y + 17.0, count);
}

/// The classes that did not fit, areas without a value, and the symbols.
fn second_row(map: &Map, canvas: &Canvas, size: f64, y: f64, from: usize) {
    let mut x = 6.0;
    let count = map.classes.len();
    for (rank, range) in map.classes.iter().enumerate().skip(from) {
        canvas.rect(x, y - 6.0, 16.0, 12.0, SHADES[shade(rank, count)]);
        canvas.text(x + 20.0, y, range, Look::new(size - 0.5).color(palette::INK));
        x += 20.0 + text_width(range, size - 0.5) + 12.0;
    }
    if let Some(text) = &map.without {
        canvas.line(
            &[
                (x, y - 6.0),
                (x + 16.0, y - 6.0),
                (x + 16.0, y + 6.0),
                (x, y + 6.0),
                (x, y - 6.0),
            ],
            Stroke::new(palette::AXIS, 0.75),
        );
        canvas.text(x + 20.0, y, text, Look::new(size - 0.5).color(palette::INK));
        x += 20.0 + text_width(text, size - 0.5) + 12.0;
    }
    if let Some(text) = &map.symbols {
        canvas.dot(x + 6.0, y, 5.0, palette::VERMILION);
        canvas.text(x + 16.0, y, text, Look::new(size - 0.5).color(palette::INK));
    }
}

/// Shade of a class among so many: few classes are spread over the whole range.
pub fn shade(rank: usize, count: usize) -> usize {
    match count {
        0 | 1 => 1,
        _ => (rank * (SHADES.len() - 1)).div_ceil(count - 1).min(SHADES.len() - 1),
    }
}

fn extent(ring: &[(f64, f64)]) -> f64 {
    crate::contours::area(ring).abs()
}

/// Centre of gravity.
fn middle(ring: &[(f64, f64)]) -> (f64, f64) {
    let (mut x, mut y, mut total) = (0.0, 0.0, 0.0);
    for (a, b) in ring.iter().zip(ring.iter().skip(1).chain(ring.first())) {
        let cross = a.0 * b.1 - b.0 * a.1;
        x += (a.0 + b.0) * cross;
        y += (a.1 + b.1) * cross;
        total += cross;
    }
    match total.abs() > 1e-12 {
        true => (x / (3.0 * total), y / (3.0 * total)),
        false => ring.first().copied().unwrap_or_default(),
    }
}

/// Whether a point lies in a polygon: crossings of a ray.
fn contains(polygon: &[(f64, f64)], (x, y): (f64, f64)) -> bool {
    let mut inside = false;
    for (a, b) in polygon.iter().zip(polygon.iter().skip(1).chain(polygon.first())) {
        if (a.1 > y) != (b.1 > y) && x < (b.0 - a.0) * (y - a.1) / (b.1 - a.1) + a.0 {
            inside = !inside;
        }
    }
    inside
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_projection_keeps_shapes_and_fits_its_box() {
        let square = vec![(1.0, 43.0), (2.0, 43.0), (2.0, 44.0), (1.0, 44.0)];
        let projection = Projection::fit([&square].into_iter(), (0.0, 0.0, 100.0, 100.0)).unwrap();
        let (x, y) = projection.at((2.0, 43.0));
        assert!((y - 100.0).abs() < 1e-9, "south is at the bottom");
        assert!(
            (x - (50.0 + 50.0 * 43.5f64.to_radians().cos())).abs() < 1e-9,
            "a degree of longitude is shorter"
        );
    }

    #[test]
    fn the_middle_of_an_area_and_what_lies_in_it() {
        let ring = [(0.0, 0.0), (4.0, 0.0), (4.0, 2.0), (0.0, 2.0)];
        assert_eq!(middle(&ring), (2.0, 1.0));
        assert!(contains(&ring, (3.9, 1.9)) && !contains(&ring, (4.1, 1.0)));
    }

    #[test]
    fn few_classes_take_shades_far_apart() {
        assert_eq!([0, 1, 2, 3, 4].map(|rank| shade(rank, 5)), [0, 1, 2, 3, 4]);
        assert_eq!([0, 1, 2].map(|rank| shade(rank, 3)), [0, 2, 4]);
        assert_eq!([0, 1].map(|rank| shade(rank, 2)), [0, 4]);
    }
}
