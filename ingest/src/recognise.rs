//! What a content is: which extract kind, from its first bytes. An ambiguous content is refused, never guessed.

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::flat::plan::{is_its_own, nearly, own_header, recognises};
use crate::kinds::{self, Kind, Kinds};
use crate::oscour::Failure;
use crate::rules::Clause;

/// A recognised content.
#[derive(Debug, Clone, Copy)]
pub struct Recognised<'k> {
    pub kind: &'k Kind,
    /// Separator of a flat content.
    pub separator: char,
}

/// Recognises a content from its decoded beginning; `whole` says whether that is all of it.
pub fn recognise<'k>(head: &str, whole: bool, kinds: &'k Kinds) -> Result<Recognised<'k>, Failure> {
    let text = head.trim_start_matches('\u{FEFF}').trim_start();
    if text.is_empty() {
        return Err(refused(None, "le fichier est vide"));
    }
    match text.as_bytes()[0] {
        b'<' => by_root(text, whole, kinds),
        b'{' | b'[' => by_message(text, kinds),
        _ => by_header(text, kinds),
    }
}

fn by_root<'k>(text: &str, whole: bool, kinds: &'k Kinds) -> Result<Recognised<'k>, Failure> {
    let Some(root) = root(text) else {
        let what = if whole {
            "XML mal formé : aucun élément racine"
        } else {
            "XML sans élément racine dans ses premiers octets"
        };
        return Err(refused(Some(Clause::F01), what));
    };
    let named = |names: &[String]| names.iter().any(|name| name.eq_ignore_ascii_case(&root));
    let of_xml = |kind: &&Kind| kind.lecteur == kinds::Reader::Oscour && named(&kind.reconnaissance.racines);
    let candidates: Vec<&Kind> = kinds.iter().filter(of_xml).collect();
    match candidates[..] {
        [kind] => Ok(Recognised { kind, separator: ';' }),
        [] => {
            let elsewhere = kinds
                .iter()
                .flat_map(|kind| &kind.reconnaissance.ailleurs)
                .find(|(name, _)| name.eq_ignore_ascii_case(&root));
            let root: String = root.chars().take(40).collect();
            Err(match elsewhere {
                Some((_, reason)) => refused(Some(Clause::F02), reason),
                None => refused(
                    Some(Clause::F02),
                    &format!("racine {root} inconnue : aucun format déclaré ne la lit"),
                ),
            })
        }
        _ => Err(ambiguous(&candidates)),
    }
}

/// A message in JSON, by the root it is under.
fn by_message<'k>(text: &str, kinds: &'k Kinds) -> Result<Recognised<'k>, Failure> {
    let has = |root: &String| {
        let key = format!("\"{root}\"");
        text.match_indices(&key)
            .any(|(at, _)| text[at + key.len()..].trim_start().starts_with(':'))
    };
    let of_json = |kind: &&Kind| kind.lecteur == kinds::Reader::Json && kind.reconnaissance.racines.iter().any(has);
    let candidates: Vec<&Kind> = kinds.iter().filter(of_json).collect();
    match candidates[..] {
        [kind] => Ok(Recognised { kind, separator: ';' }),
        [] => Err(refused(None, "JSON sans message connu : aucun format déclaré ne le lit")),
        _ => Err(ambiguous(&candidates)),
    }
}

fn by_header<'k>(text: &str, kinds: &'k Kinds) -> Result<Recognised<'k>, Failure> {
    let mut lines = text.lines();
    let header = lines.next().unwrap_or_default();
    let first_row = lines.find(|line| !line.trim().is_empty());
    let found: Vec<Recognised> = kinds
        .iter()
        .filter(|kind| kind.lecteur.is_flat())
        .filter_map(|kind| recognises(kind, header, first_row).map(|separator| Recognised { kind, separator }))
        .collect();
    // A kind may read the table of another under names of its own: the one whose names these are wins.
    let own: Vec<Recognised> = found
        .iter()
        .filter(|one| is_its_own(one.kind, header, one.separator))
        .copied()
        .collect();
    match (&found[..], &own[..]) {
        ([one], _) | (_, [one]) => Ok(*one),
        ([], _) => Err(refused(None, &unknown(header, kinds))),
        _ => Err(ambiguous(&found.iter().map(|one| one.kind).collect::<Vec<_>>())),
    }
}

/// Why no kind has this header: the columns that the nearest one lacks.
fn unknown(header: &str, kinds: &Kinds) -> String {
    let flat = kinds.iter().filter(|kind| kind.lecteur.is_flat());
    let near = flat.filter_map(|kind| nearly(kind, header).map(|near| (kind, near)));
    let Some((kind, missing)) = near.min_by_key(|(_, missing)| missing.len()) else {
        return "contenu non reconnu : ni XML d'une racine connue, ni texte délimité d'en-tête connu".to_owned();
    };
    let said = missing.iter().map(|(column, near)| match near {
        Some(near) => format!("« {column} » (l'en-tête a « {near} »)"),
        None => format!("« {column} »"),
    });
    format!(
        "contenu non reconnu ; pour le format {} ({}), il manque : {}",
        kind.nom,
        kind.libelle,
        said.collect::<Vec<_>>().join(", ")
    )
}

/// Two kinds that nothing tells apart: the header of one is read by the other too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    pub kinds: Vec<String>,
    pub header: String,
}

/// Kinds whose own header is ambiguous.
pub fn clashes(kinds: &Kinds) -> Vec<Clash> {
    let mut clashes: Vec<Clash> = Vec::new();
    for kind in kinds.iter().filter(|kind| kind.lecteur.is_flat()) {
        let Some(header) = own_header(kind) else { continue };
        let is_rival = |other: &&Kind| {
            let separator = recognises(other, &header, None);
            other.lecteur.is_flat() && separator.is_some_and(|separator| is_its_own(other, &header, separator))
        };
        let mut names: Vec<String> = kinds.iter().filter(is_rival).map(|kind| kind.nom.clone()).collect();
        names.sort();
        if names.len() > 1 && clashes.iter().all(|clash| clash.kinds != names) {
            clashes.push(Clash { kinds: names, header });
        }
    }
    clashes
}

/// Name of the root element.
fn root(text: &str) -> Option<String> {
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event() {
            Ok(Event::Start(start) | Event::Empty(start)) => return Some(start.name().as_ref().to_owned()),
            Ok(Event::Eof) | Err(_) => return None,
            Ok(_) => {}
        }
    }
}

fn ambiguous(kinds: &[&Kind]) -> Failure {
    let names: Vec<&str> = kinds.iter().map(|kind| kind.nom.as_str()).collect();
    refused(
        None,
        &format!("plusieurs formats possibles ({}) : rien n'est deviné", names.join(", ")),
    )
}

fn refused(clause: Option<Clause>, reason: &str) -> Failure {
    Failure::Refused {
        clause,
        reason: reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(head: &str) -> Result<String, String> {
        match recognise(head, true, &Kinds::embedded()) {
            Ok(found) => Ok(found.kind.nom.clone()),
            Err(Failure::Refused { reason, .. }) => Err(reason),
            Err(Failure::Sink(error) | Failure::Machine(error)) => panic!("{error}"),
        }
    }

    const FORM_A: &str = "finess;cp;commune;naissance;sexe;entree;mode_entree;provenance;transport;transport_pec;motif;gravite;dp;\
liste_da;liste_actes;sortie;mode_sortie;destination;orient\r\n";
    const FORM_B: &str = "\"id\",\"CODE_POSTAL\",\"COMMUNE\",\"DESTINATION\",\"DP\",\"ENTREE\",\"EXTRACT\",\"FINESS\",\"GRAVITE\",\
\"MODE_ENTREE\",\"MODE_SORTIE\",\"MOTIF\",\"NAISSANCE\",\"ORIENTATION\",\"PROVENANCE\",\"SEXE\",\"SORTIE\",\"TRANSPORT\",\"TRANSPORT_PEC\"\n";

    #[test]
    fn contents_that_are_recognised() {
        for (head, name) in [
            ("<OSCOUR>", "rpu_oscour"),
            ("<SYRIUS>", "rpu_syrius"),
            ("{ \"rpis\" : {}}", "smur_rpis_json"),
            ("[{\"appointment\": {}}]", "sas_rdv_json"),
            (FORM_A, "rpu_plat_a"),
            (FORM_B, "rpu_plat_b"),
            ("\u{FEFF}<?xml version=\"1.0\"?>\n<!-- x --><oscour/>", "rpu_oscour"),
            ("finess_geo;mois;passages;source\n", "rpu_declares"),
            ("Finess_Geo,MOIS,\"passages\",source,note\r\n", "rpu_declares"),
            (
                "schema_version;finess_geo;unite_id;n_installes;ts_etat\nBED-SNAP/1;x;y;1;z",
                "lits_snap",
            ),
        ] {
            assert_eq!(kind(head).as_deref(), Ok(name), "{head}");
        }
    }

    #[test]
    fn contents_that_are_refused_with_a_reason() {
        for (head, words) in [
            ("", "vide"),
            ("  \n ", "vide"),
            ("<INVS><ARH/></INVS>", "comptes agrégés"),
            ("<html>", "racine html inconnue"),
            ("<!-- rien -->", "racine"),
            ("{\"autre\": 1}", "JSON sans message connu"),
            ("[1, 2]", "JSON sans message connu"),
            ("{\"rpis\": {}, \"appointment\": {}}", "plusieurs formats"),
            ("bonjour", "non reconnu"),
            ("finess_geo;mois;pasages;source", "« passages » (l'en-tête a « pasages »)"),
            ("DUPONT;31000;14/06/1947;F", "ni XML d'une racine connue"),
            (
                "schema_version;finess_geo;unite_id;n_installes;ts_etat\nBED-SNAP/2;x;y;1;z",
                "non reconnu",
            ),
            ("\u{0}\u{1}", "non reconnu"),
        ] {
            assert!(kind(head).unwrap_err().contains(words), "{head}: {:?}", kind(head));
        }
    }
}
