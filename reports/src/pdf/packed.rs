//! A PDF whose objects are packed: a tagged table has an object for each of its cells, and a report some twenty thousand, that typst
//! writes one by one. Object streams (PDF 1.5, ISO 32000-1 §7.5.7 and §7.5.8) hold them compressed; a reader sees the same document.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;

/// Objects of one stream.
const TOGETHER: usize = 200;

/// The same document, smaller; as it is when it is not written as expected.
pub fn packed(bytes: Vec<u8>) -> Vec<u8> {
    match Pdf::read(&bytes).and_then(|pdf| pdf.packed()) {
        Some(smaller) if smaller.len() < bytes.len() => smaller,
        _ => bytes,
    }
}

/// Where an object is found, as a cross-reference stream says it.
#[derive(Clone, Copy)]
enum Entry {
    Free,
    At(usize),
    /// In a stream of objects, at a rank.
    Within(usize, usize),
}

struct Pdf<'a> {
    header: &'a [u8],
    /// By number: the object without its `n 0 obj` and `endobj`; none for a free one.
    objects: Vec<Option<&'a [u8]>>,
    /// What the trailer says, without its size.
    trailer: String,
}

impl<'a> Pdf<'a> {
    fn read(bytes: &'a [u8]) -> Option<Pdf<'a>> {
        let tail = find_last(bytes, b"startxref")?;
        let table: usize = text(bytes.get(tail + 9..)?).split_whitespace().next()?.parse().ok()?;
        let end = find_last(bytes.get(..tail)?, b"trailer")?;
        let rows = text(bytes.get(table..end)?);
        let mut rows = rows.lines();
        let (_, counts) = (rows.next().filter(|line| *line == "xref")?, rows.next()?);
        let (first, count) = counts.split_once(' ')?;
        let count: usize = count.trim().parse().ok()?;
        let mut places: Vec<Option<usize>> = Vec::with_capacity(count);
        for row in rows.take(count) {
            let mut words = row.split_whitespace();
            let (place, generation, kind) = (words.next()?, words.next()?, words.next()?);
            places.push(match (kind, generation) {
                ("n", "00000") => Some(place.parse().ok()?),
                ("f", _) => None,
                _ => return None,
            });
        }
        if first != "0" || places.len() != count {
            return None;
        }
        let mut starts: Vec<usize> = places.iter().flatten().copied().collect();
        starts.sort_unstable();
        let after = |place: usize| {
            starts
                .get(starts.partition_point(|start| *start <= place))
                .copied()
                .unwrap_or(table)
        };
        let mut objects = Vec::with_capacity(count);
        for (number, place) in places.iter().enumerate() {
            objects.push(match place {
                None => None,
                Some(place) => Some(body(bytes.get(*place..after(*place))?, number)?),
            });
        }
        let trailer = text(bytes.get(end + 7..tail)?);
        let trailer = trailer.trim().strip_prefix("<<")?.strip_suffix(">>")?;
        let size = format!("/Size {count}");
        trailer.contains(&size).then_some(())?;
        Some(Pdf {
            header: bytes.get(..*starts.first()?)?,
            objects,
            trailer: trailer.replacen(&size, "", 1),
        })
    }

    fn packed(&self) -> Option<Vec<u8>> {
        let mut out = self.header.to_vec();
        let mut entries = vec![Entry::Free; self.objects.len()];
        let mut small: Vec<(usize, &[u8])> = Vec::new();
        for (number, object) in self.objects.iter().enumerate() {
            let Some(object) = object else { continue };
            // A stream stands by itself; so does the catalogue, where tools look for the language and the marks.
            if object.ends_with(b"endstream") || contains(object, b"/Type/Catalog") || contains(object, b"/Type /Catalog") {
                entries[number] = Entry::At(out.len());
                write(&mut out, number, object);
            } else {
                small.push((number, object));
            }
        }
        for group in small.chunks(TOGETHER) {
            let number = entries.len();
            let (mut index, mut content) = (String::new(), Vec::new());
            for (rank, (own, object)) in group.iter().enumerate() {
                index += &format!("{own} {} ", content.len());
                content.extend_from_slice(object);
                content.push(b'\n');
                entries[*own] = Entry::Within(number, rank);
            }
            let first = index.len();
            let data = deflated(&[index.as_bytes(), &content].concat())?;
            let head = format!(
                "<</Type/ObjStm/N {}/First {first}/Filter/FlateDecode/Length {}>>",
                group.len(),
                data.len()
            );
            entries.push(Entry::At(out.len()));
            write(&mut out, number, &stream(&head, &data));
        }
        let (number, place) = (entries.len(), out.len());
        entries.push(Entry::At(place));
        let rows: Vec<u8> = entries.iter().map(|entry| row(*entry)).collect::<Option<Vec<_>>>()?.concat();
        let data = deflated(&rows)?;
        let head = format!(
            "<</Type/XRef/Size {}/W[1 4 2]/Filter/FlateDecode/Length {}{}>>",
            entries.len(),
            data.len(),
            self.trailer
        );
        write(&mut out, number, &stream(&head, &data));
        out.extend_from_slice(format!("startxref\n{place}\n%%EOF\n").as_bytes());
        Some(out)
    }
}

/// One row of the cross-reference stream: a kind, then what finds the object.
fn row(entry: Entry) -> Option<[u8; 7]> {
    let (kind, place, rank) = match entry {
        Entry::Free => (0, 0, u16::MAX),
        Entry::At(place) => (1, place, 0),
        Entry::Within(stream, rank) => (2, stream, u16::try_from(rank).ok()?),
    };
    let [a, b, c, d] = u32::try_from(place).ok()?.to_be_bytes();
    let [e, f] = rank.to_be_bytes();
    Some([kind, a, b, c, d, e, f])
}

fn body(object: &[u8], number: usize) -> Option<&[u8]> {
    let head = format!("{number} 0 obj");
    let rest = object.trim_ascii().strip_prefix(head.as_bytes())?;
    Some(rest.strip_suffix(b"endobj")?.trim_ascii())
}

fn write(out: &mut Vec<u8>, number: usize, object: &[u8]) {
    out.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
    out.extend_from_slice(object);
    out.extend_from_slice(b"\nendobj\n");
}

fn stream(head: &str, data: &[u8]) -> Vec<u8> {
    [head.as_bytes(), b"\nstream\n", data, b"\nendstream"].concat()
}

fn deflated(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

fn text(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

fn contains(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

fn find_last(bytes: &[u8], word: &[u8]) -> Option<usize> {
    (0..=bytes.len().checked_sub(word.len())?)
        .rev()
        .find(|at| bytes[*at..].starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A document of two objects and a stream, as typst writes one.
    fn sample(cells: usize) -> Vec<u8> {
        let mut objects = vec!["<</Type/Catalog/Lang(fr-FR)>>".to_owned()];
        objects.extend((0..cells).map(|cell| format!("<</Type/StructElem/S/TD/Lang(fr-FR)/P 1 0 R/K[{cell}]>>")));
        objects.push("<</Length 4>>\nstream\nabcd\nendstream".to_owned());
        let mut out = b"%PDF-1.7\n".to_vec();
        let mut table = format!("xref\n0 {}\n0000000000 65535 f\r\n", objects.len() + 1);
        for (rank, object) in objects.iter().enumerate() {
            table += &format!("{:010} 00000 n\r\n", out.len());
            write(&mut out, rank + 1, object.as_bytes());
        }
        let place = out.len();
        let size = objects.len() + 1;
        out.extend_from_slice(format!("{table}trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{place}\n%%EOF").as_bytes());
        out
    }

    #[test]
    fn a_document_of_many_cells_is_much_smaller_and_keeps_its_catalogue_in_sight() {
        let whole = sample(1_000);
        let small = packed(whole.clone());
        assert!(small.len() * 5 < whole.len(), "{} of {}", small.len(), whole.len());
        assert!(small.starts_with(b"%PDF-1.7\n1 0 obj\n<</Type/Catalog"));
        assert!(contains(&small, b"stream\nabcd\nendstream"));
        let said = text(&small).into_owned();
        let place: usize = said
            .rsplit("startxref\n")
            .next()
            .unwrap()
            .lines()
            .next()
            .unwrap()
            .parse()
            .unwrap();
        assert!(small[place..].starts_with(b"1008 0 obj\n<</Type/XRef/Size 1009"));
    }

    #[test]
    fn what_is_not_understood_is_left_as_it_is() {
        for odd in [
            b"not a PDF".to_vec(),
            b"%PDF-1.7\nstartxref\n0\n%%EOF".to_vec(),
            sample(0)[..40].to_vec(),
        ] {
            assert_eq!(packed(odd.clone()), odd);
        }
    }
}
