//! The same drawing in fewer bytes. plotters writes one element for each dash and each square, every one with its own colours; a page
//! holds thousands of them, twice. Shapes that look alike and can be painted together become one path, whose points say how far they
//! are from the one before. What is seen does not change.

use std::collections::BTreeMap;
use std::fmt::Write;

/// Half the height of small letters, which plotters leaves every text to say, in the size of the text.
const HALF_EX: f64 = 0.26;

/// The elements of an SVG that plotters wrote, one a line, texts on two.
pub fn compact(body: &str) -> String {
    let mut out = String::with_capacity(body.len() / 2);
    let mut shapes = Shapes::default();
    for line in body.lines() {
        match element(line) {
            Some(("rect", said)) => shapes.rect(&said),
            Some((name @ ("polyline" | "polygon"), said)) => shapes.broken_line(name == "polygon", &said),
            _ => {
                shapes.write(&mut out);
                text_or_other(line, &mut out);
            }
        }
    }
    shapes.write(&mut out);
    out
}

/// Name of the element of a line and what it says; nothing when the line is the words of a text or the end of something.
fn element(line: &str) -> Option<(&str, BTreeMap<&str, &str>)> {
    let (name, mut rest) = line.strip_prefix('<')?.strip_suffix("/>")?.split_once(' ')?;
    let mut said = BTreeMap::new();
    while let Some((key, after)) = rest.split_once("=\"") {
        let (value, after) = after.split_once('"')?;
        said.insert(key.trim(), value);
        rest = after;
    }
    Some((name, said))
}

type Corner = (i64, i64);

/// Shapes seen since the last text, in the order in which they are painted.
#[derive(Default)]
struct Shapes(Vec<Path>);

/// Shapes of one look; `boxes` are those of its rectangles, and no box means that it may lie anywhere.
struct Path {
    look: String,
    data: String,
    boxes: Vec<(Corner, Corner)>,
    alone: bool,
}

impl Shapes {
    /// Joins the rectangles of its colour, unless something painted since lies under it.
    fn rect(&mut self, said: &BTreeMap<&str, &str>) {
        let number = |key: &str| said.get(key).and_then(|value| value.parse::<i64>().ok()).unwrap_or(0);
        let (x, y, width, height) = (number("x"), number("y"), number("width"), number("height"));
        let own = ((x, y), (x + width, y + height));
        let look = look(said, &["fill", "stroke", "opacity"]);
        let data = format!("M{x} {y}h{width}v{height}h-{width}z");
        let clear = !said.contains_key("opacity");
        for path in self.0.iter_mut().rev() {
            if clear && !path.alone && path.look == look && !path.boxes.is_empty() {
                path.data += &data;
                path.boxes.push(own);
                return;
            }
            if path.boxes.is_empty() || path.boxes.iter().any(|other| overlap(*other, own)) {
                break;
            }
        }
        self.0.push(Path {
            look,
            data,
            boxes: vec![own],
            alone: !clear,
        });
    }

    /// Lines of one look that follow one another are one path; outlines stay apart, for two turning opposite ways would make a hole.
    fn broken_line(&mut self, closed: bool, said: &BTreeMap<&str, &str>) {
        let data = steps(said.get("points").copied().unwrap_or(""), closed);
        let look = look(said, &["fill", "stroke", "stroke-width", "opacity"]);
        let alone = closed || said.contains_key("opacity");
        match self.0.last_mut() {
            Some(last) if !alone && !last.alone && last.look == look => last.data += &data,
            _ => self.0.push(Path {
                look,
                data,
                boxes: Vec::new(),
                alone,
            }),
        }
    }

    fn write(&mut self, out: &mut String) {
        for path in self.0.drain(..) {
            let _ = writeln!(out, "<path{} d=\"{}\"/>", path.look, path.data);
        }
    }
}

fn look(said: &BTreeMap<&str, &str>, keys: &[&str]) -> String {
    let one = |key: &&str| Some(format!(" {key}=\"{}\"", said.get(key)?));
    keys.iter().filter_map(one).collect()
}

fn overlap(a: (Corner, Corner), b: (Corner, Corner)) -> bool {
    a.0.0 < b.1.0 && b.0.0 < a.1.0 && a.0.1 < b.1.1 && b.0.1 < a.1.1
}

/// `10,10 14,7 14,9` as `M10 10l4-3 0 2`.
fn steps(points: &str, closed: bool) -> String {
    let corners = points.split_whitespace().filter_map(|point| {
        let (x, y) = point.split_once(',')?;
        Some((x.parse::<i64>().ok()?, y.parse::<i64>().ok()?))
    });
    let mut data = String::new();
    let mut last: Option<Corner> = None;
    for (rank, (x, y)) in corners.enumerate() {
        let _ = match last {
            None => write!(data, "M{x} {y}"),
            Some((from_x, from_y)) => {
                let (dx, dy) = (x - from_x, y - from_y);
                let lead = match (rank, dx < 0) {
                    (1, _) => "l",
                    (_, true) => "",
                    (_, false) => " ",
                };
                let middle = if dy < 0 { "" } else { " " };
                write!(data, "{lead}{dx}{middle}{dy}")
            }
        };
        last = Some((x, y));
    }
    if closed {
        data.push('z');
    }
    data
}

/// A text at the height of its foot; a circle, which has no line, without the width of one.
fn text_or_other(line: &str, out: &mut String) {
    if let Some(circle) = line.strip_prefix("<circle ") {
        let kept = circle
            .split(" stroke-width=\"")
            .next()
            .unwrap_or(circle)
            .trim_end_matches("/>");
        let _ = writeln!(out, "<circle {kept}/>");
        return;
    }
    let Some(said) = line.strip_prefix("<text ") else {
        // The words of a text hold to its tag: a line break would be a space before them.
        out.push_str(line);
        if line.starts_with('<') {
            out.push('\n');
        }
        return;
    };
    let value = |key: &str| {
        let (_, after) = said.split_once(&format!("{key}=\""))?;
        after.split('"').next()
    };
    let number = |key: &str| value(key).and_then(|value| value.parse::<f64>().ok());
    match (number("y"), number("font-size"), value("y")) {
        (Some(y), Some(size), Some(written)) if said.contains(" dy=\"0.5ex\"") => {
            let foot = (y + size * HALF_EX).round();
            let said = said
                .replacen(&format!("y=\"{written}\""), &format!("y=\"{foot}\""), 1)
                .replacen(" dy=\"0.5ex\"", "", 1);
            let _ = write!(out, "<text {said}");
        }
        _ => {
            let _ = write!(out, "<text {said}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(x: i64, color: &str) -> String {
        format!("<rect x=\"{x}\" y=\"0\" width=\"5\" height=\"5\" fill=\"{color}\"/>\n")
    }

    #[test]
    fn dashes_of_one_line_are_one_path_that_says_how_far() {
        let dash = |points: &str| format!("<polyline fill=\"none\" stroke=\"#000\" stroke-width=\"4\" points=\"{points} \"/>\n");
        assert_eq!(
            compact(&[dash("10,10 14,7 14,9"), dash("20,9 18,9")].concat()),
            "<path fill=\"none\" stroke=\"#000\" stroke-width=\"4\" d=\"M10 10l4-3 0 2M20 9l-2 0\"/>\n"
        );
    }

    #[test]
    fn squares_of_one_colour_are_one_path_unless_another_lies_between() {
        let apart = [square(0, "#111"), square(5, "#222"), square(10, "#111")].concat();
        assert_eq!(compact(&apart).matches("<path").count(), 2);
        let covered = [square(0, "#111"), square(8, "#222"), square(10, "#111")].concat();
        assert_eq!(compact(&covered).matches("<path").count(), 3);
    }

    #[test]
    fn outlines_that_overlap_stay_apart() {
        let area = "<polygon fill=\"#111\" points=\"0,0 9,0 9,9 \"/>\n".repeat(2);
        let area = compact(&area);
        assert_eq!(area.matches("d=\"M0 0l9 0 0 9z\"").count(), 2, "{area}");
    }

    #[test]
    fn a_text_stands_at_its_foot_and_its_words_hold_to_it() {
        let text = "<text x=\"1\" y=\"100\" dy=\"0.5ex\" font-size=\"50\" fill=\"#000\">\nCH de &lt;X&gt;</text>\n";
        assert_eq!(
            compact(text),
            "<text x=\"1\" y=\"113\" font-size=\"50\" fill=\"#000\">CH de &lt;X&gt;</text>"
        );
    }
}
