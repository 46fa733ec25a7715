//! Declarations that hold together, and those that do not.

use super::*;

const MENUS: &str = r#"
nom = "menus"
libelle = "Repas servis"
source = "project-defined"
mois = "jour"
site = ["finess_geo"]
tri = ["jour"]
remplacement = { mode = "cle", cle = ["finess_geo", "jour"], version = [] }
[[colonne]]
nom = "finess_geo"
type = "text"
obligatoire = true
libelle = "FINESS"
[[colonne]]
nom = "jour"
type = "date"
obligatoire = true
libelle = "Jour"
[[colonne]]
nom = "repas"
type = "int32"
etat = true
libelle = "Repas"
"#;

fn refusal(seen: &str, instead: &str) -> String {
    assert!(MENUS.contains(seen));
    Table::parse(&MENUS.replacen(seen, instead, 1)).unwrap_err().to_string()
}

#[test]
fn the_embedded_declarations_hold_together() {
    let names: Vec<&str> = tables().iter().map(|table| table.nom.as_str()).collect();
    assert_eq!(names[..3], ["rpu", "lits", "rpu_declares"]);
}

#[test]
fn a_declaration_that_does_not_hold_together_says_why() {
    assert!(Table::parse(MENUS).is_ok());
    assert!(refusal("nom = \"menus\"", "nom = \"../menus\"").contains("../menus"));
    assert!(refusal("tri = [\"jour\"]", "tri = [\"heure\"]").contains("« heure » est nommée par tri"));
    assert!(refusal("\"jour\"], version", "\"service\"], version").contains("« service » est nommée par remplacement"));
    assert!(refusal("nom = \"repas\"", "nom = \"jour\"").contains("jour est déclarée deux fois"));
    assert!(refusal("nom = \"repas\"", "nom = \"delivery\"").contains("delivery"));
    assert!(refusal("type = \"int32\"", "type = \"int32\"\ncodes = \"nulle_part\"").contains("nulle_part"));
    assert!(refusal("type = \"date\"", "type = \"text\"").contains("réservé"));
    let moment = MENUS.replace("\"jour\"", "\"moment\"").replace("\"date\"", "\"text\"");
    let said = Table::parse(&moment).unwrap_err().to_string();
    assert!(said.contains("son type est date ou civil"));
    assert!(refusal("mois = \"jour\"", "mois = \"repas\"").contains("réservé"));
    assert!(refusal("site = [\"finess_geo\"]", "site = [\"jour\"]").contains("FINESS géographique"));
    assert!(refusal("site = [\"finess_geo\"]", "site = []").contains("FINESS géographique"));
    assert!(refusal("nom = \"repas\"", "nom = \"departement\"").contains("réservé"));
    assert!(refusal("libelle = \"Repas\"", "libelle = \"Repas\"\nsensibilite = \"nominatif\"").contains("repas"));
    assert!(refusal("libelle = \"Jour\"", "libele = \"Jour\"").contains("libele"));
}

#[test]
fn tables_are_declared_before_they_are_read() {
    let before = tables().len();
    let menus = Table::parse(MENUS).unwrap();
    assert_eq!(declare(vec![menus.clone()]), Err(TableError::TooLate));
    assert_eq!(
        declare(vec![tables()[0].clone()]),
        Err(TableError::Twice { table: "rpu".into() })
    );
    assert_eq!(declare(Vec::new()), Ok(()));
    assert_eq!(tables().len(), before);
}
