//! Secondary suppression, first rule: a breakdown whose total is published must not have exactly one masked category, for it
//! would be the total minus the others. The next smallest category is masked with it.
//!
//! Left for later, and not protected here: hierarchies (site, département, région; day, month, quarter), breakdowns linked by
//! their counts, differences between populations, and the audit that proves the result.

use std::collections::BTreeMap;

use lake::figure::{Figure, Status};

/// Masks more figures until no breakdown has exactly one masked category. Rows and columns of a breakdown by two dimensions are
/// breakdowns of their own.
pub fn complete(figures: &[Figure], verdicts: &mut [Option<Status>]) {
    let groups = groups(figures);
    // Each turn masks at least one more figure, so this ends.
    loop {
        let mut changed = false;
        for members in &groups {
            if let Some(next) = exposed(figures, verdicts, members) {
                verdicts[next] = Some(Status::Masked);
                changed = true;
            }
        }
        if !changed {
            return;
        }
    }
}

/// The figure to mask in a group whose only masked figure can be computed from the others.
fn exposed(figures: &[Figure], verdicts: &[Option<Status>], members: &[usize]) -> Option<usize> {
    let mut masked = members.iter().filter(|index| verdicts[**index] == Some(Status::Masked));
    masked.next()?;
    if masked.next().is_some() {
        return None;
    }
    members
        .iter()
        .copied()
        .filter(|index| verdicts[*index] != Some(Status::Masked))
        .filter(|index| size(&figures[*index]) > 0.0)
        .min_by(|a, b| size(&figures[*a]).total_cmp(&size(&figures[*b])).then(a.cmp(b)))
}

/// Records of a category; those it was computed on when it is not a count.
fn size(figure: &Figure) -> f64 {
    figure.numerator.or(figure.denominator).unwrap_or(0.0)
}

/// Indexes of the figures of each breakdown, in the order of the figures.
fn groups(figures: &[Figure]) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<Vec<&str>, Vec<usize>> = BTreeMap::new();
    for (index, figure) in figures.iter().enumerate().filter(|(_, figure)| !figure.dim.is_empty()) {
        let common = [
            &*figure.indicator,
            &figure.level,
            &figure.area,
            &figure.period_kind,
            &figure.period,
            &figure.perimetre,
            &figure.population,
            &figure.dim,
            &figure.dim2,
        ];
        // One dimension: all its categories. Two: each row, then each column.
        let lines: &[[&str; 2]] = if figure.dim2.is_empty() {
            &[["", ""]]
        } else {
            &[["rows", &figure.modalite], ["then columns", &figure.modalite2]]
        };
        for line in lines {
            let key: Vec<&str> = common.iter().chain(line).copied().collect();
            groups.entry(key).or_default().push(index);
        }
    }
    groups.into_values().collect()
}
