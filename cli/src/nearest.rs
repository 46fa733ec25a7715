//! « Vouliez-vous dire… ? »: the nearest known name.

/// The known name most like `name`, when it is like enough (Jaro-Winkler similarity of at least 0.7, case ignored).
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const LIKE_ENOUGH: f64 = 0.7;
    let wanted = name.to_lowercase();
    let mut best: Option<(f64, &str)> = None;
    for candidate in known {
        let score = strsim::jaro_winkler(&wanted, &candidate.to_lowercase());
        if score >= LIKE_ENOUGH && best.is_none_or(|(best, _)| score > best) {
            best = Some((score, candidate));
        }
    }
    best.map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_recognised_and_noise_is_not() {
        assert_eq!(nearest("racin", ["depot", "racine"]), Some("racine"));
        assert_eq!(nearest("rpu-x04", ["RPU-X04", "RPU-X05"]), Some("RPU-X04"));
        assert_eq!(nearest("zzz", ["depot", "racine"]), None);
    }
}
