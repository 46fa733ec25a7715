//! Which check is meant for a fault, and what else a fault truly does.

/// Checks of a month, or of a field of a month, that a fault of some records makes say something or not.
pub const MONTHLY: [&str; 7] = ["RPU-T04", "RPU-T06", "RPU-T07", "RPU-T09", "RPU-T10", "RPU-T11", "RPU-X35"];

/// What else a fault truly does, at its site or at the one that takes its passages in.
pub const CONSEQUENCES: &[(&str, &[&str], &str)] = &[
    // Files that wait leave days without passage, and the last version of the others is not received.
    (
        "120000054",
        &["RPU-T01", "RPU-E15", "RPU-E16", "RPU-E20"],
        "changement_finess",
    ),
    // An exit that the extraction cannot know yet is not sent yet.
    ("340000223", &["RPU-E15", "RPU-E16"], "durees_aberrantes"),
    // What was not filled is not filled in the copies either.
    ("300000031", &["RPU-E07", "RPU-E15", "RPU-E16"], "doublons"),
    // Passages that are not sent, or come under another site.
    ("320000102", &["RPU-E20"], "demarrage"),
    ("340780725", &["RPU-E20"], "pediatrie_partielle"),
    ("660780784", &["RPU-E20"], "fusion"),
    (
        "660780628",
        &["RPU-E07", "RPU-E15", "RPU-E16", "RPU-E20", "RPU-T09"],
        "fusion",
    ),
];

/// Faults whose files come late, or after newer ones, besides those that a rule is meant for.
pub const LATE: [(&str, &[&str]); 2] = [("RPU-F11", &["retard", "zip"]), ("RPU-F13", &["extract_ancien", "zip"])];

/// The clauses of a rule that a fault violates.
pub fn clauses(rule: &str, fault: &str) -> Vec<String> {
    let of = |clauses: &[&str]| clauses.iter().map(|clause| format!("{rule}{clause}")).collect();
    match (rule, fault) {
        ("RPU-F19" | "RPU-E20", _) => of(&["a", "b"]),
        ("RPU-E15", _) => of(&["a"]),
        ("RPU-T06", "sexe_indetermine") => of(&["b"]),
        _ => of(&[""]),
    }
}
