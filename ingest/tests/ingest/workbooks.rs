//! Bed censuses sent as workbooks: the first sheet is read as the text it would have been.

use std::io::Write;

use lake::delivery::Verdict;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::desk::{Outcome, SITE, context, read_files};

const WORKBOOK: &str = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Fermetures" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const LINKS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;
const ROOT: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
/// Style 1 is a date.
const STYLES: &str = r#"<?xml version="1.0"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;

/// A workbook of one sheet whose cells are those XML rows.
pub fn workbook(rows: &str) -> Vec<u8> {
    let sheet = format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
    );
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in [
        ("_rels/.rels", ROOT),
        ("xl/workbook.xml", WORKBOOK),
        ("xl/_rels/workbook.xml.rels", LINKS),
        ("xl/styles.xml", STYLES),
        ("xl/worksheets/sheet1.xml", &sheet),
    ] {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn texts(row: u32, cells: &[&str]) -> String {
    let cell = |(rank, text): (usize, &&str)| {
        let column = char::from(b'A' + rank as u8);
        format!(r#"<c r="{column}{row}" t="inlineStr"><is><t>{text}</t></is></c>"#)
    };
    format!(
        r#"<row r="{row}">{}</row>"#,
        cells.iter().enumerate().map(cell).collect::<String>()
    )
}

fn header() -> String {
    texts(1, &["finess_geo", "unite_id", "date_debut", "date_fin", "n_fermes", "motif"])
}

fn read(rows: &str) -> Outcome {
    read_files(&[("CLOSE_20250201.xlsx", &workbook(rows))], &context())
}

#[test]
fn the_first_sheet_is_read_with_its_dates_and_numbers() {
    // 45 689 is 1 February 2025; the last cell of the row is empty, and the number is what a formula gave when it was saved.
    let row = format!(
        r#"<row r="3"><c r="A3" t="inlineStr"><is><t>{SITE}</t></is></c><c r="B3" t="inlineStr"><is><t>MED;01</t></is></c><c r="C3" s="1"><v>45689</v></c><c r="D3" s="1"><v>45716</v></c><c r="E3"><f>1+2</f><v>3</v></c></row>"#
    );
    let outcome = read(&format!("{}{row}", header()));
    let delivery = outcome.one();
    assert_eq!(delivery.verdict, Verdict::Conforme, "{:?}", delivery.reason);
    assert_eq!(
        (delivery.kind.as_str(), delivery.file.as_str()),
        ("lits_fermetures", "CLOSE_20250201.xlsx")
    );
    for (column, value) in [
        ("unite_id", "MED;01"),
        ("date_debut", "2025-02-01"),
        ("date_fin", "2025-02-28"),
        ("n_fermes", "3"),
        ("ligne", "3"),
    ] {
        assert_eq!(outcome.column(column), [value], "{column}");
    }
}

#[test]
fn the_checks_of_the_columns_are_those_of_the_text() {
    let row = texts(2, &[SITE, "MED01", "2025-02-01", "2025-02-28", "trois"]);
    let outcome = read(&format!("{}{row}", header()));
    assert_eq!(outcome.counts_of("BED-C02"), (1, 1, 0));
    assert_eq!(outcome.one().counts.rejected, 1);
}

#[test]
fn a_number_that_is_no_day_is_not_made_the_first_or_the_last_one() {
    for number in ["-5", "0.5", "2958466", "1e300"] {
        let row = format!(
            r#"<row r="2"><c r="A2" t="inlineStr"><is><t>{SITE}</t></is></c><c r="B2" t="inlineStr"><is><t>MED01</t></is></c><c r="C2" s="1"><v>45689</v></c><c r="D2" s="1"><v>{number}</v></c><c r="E2"><v>3</v></c></row>"#
        );
        let outcome = read(&format!("{}{row}", header()));
        assert_eq!(outcome.one().counts.rejected, 1, "{number}: {:?}", outcome.one());
    }
}

#[test]
fn what_is_no_sheet_of_beds_is_refused_with_its_reason() {
    let far = r#"<row r="1"><c r="XFD1"><v>1</v></c></row>"#;
    let deep = r#"<row r="1048576"><c r="A1048576"><v>1</v></c></row>"#;
    let bomb = texts(1, &[&"a".repeat(20 << 20)]);
    for (rows, reason) in [
        ("", "vide"),
        (&texts(1, &["bonjour"]), "non reconnu"),
        (far, "trop grande"),
        (deep, "trop grande"),
        (&bomb, "suspect"),
    ] {
        let outcome = read(rows);
        assert_eq!(outcome.one().verdict, Verdict::Refusee);
        let said = outcome.one().reason.clone().unwrap();
        assert!(said.contains(reason), "{reason}: {said}");
    }
    let mut cut = workbook(&header());
    cut.truncate(cut.len() - 30);
    assert_eq!(
        read_files(&[("CLOSE_20250201.xlsx", &cut)], &context()).one().verdict,
        Verdict::Refusee
    );
}
