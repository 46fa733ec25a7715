//! `indicateurs.md`: every indicator, then populations and dimensions.

use transform::Catalogue;

use super::cell;

pub fn page(catalogue: &Catalogue) -> String {
    let mut text = String::from(
        "# Indicateurs\n\n\
         Un chiffre est un numérateur, un dénominateur, des manquants, des exclus, une valeur *et un statut*. Les parts sont des fractions.\n\n\
         | indicateur | titre | unité | formule | exclusions | source |\n|---|---|---|---|---|---|\n",
    );
    let mut indicators: Vec<_> = catalogue.indicateurs.iter().map(|declared| &declared.what).collect();
    indicators.sort_by(|a, b| a.id.cmp(&b.id));
    for indicator in indicators {
        text.push_str(&format!(
            "| {} | {} | {} | {} | {} | {} |\n",
            indicator.id,
            cell(&indicator.titre),
            indicator.unite,
            cell(&indicator.mots),
            cell(&indicator.exclusions),
            cell(&indicator.source)
        ));
    }
    text.push_str("\n## Populations\n\n| population | titre | expression | source |\n|---|---|---|---|\n");
    for population in catalogue.populations.iter().map(|declared| &declared.what) {
        text.push_str(&format!(
            "| `{}` | {} | `{}` | {} |\n",
            population.id,
            cell(&population.titre),
            cell(&population.expression),
            cell(&population.source)
        ));
    }
    text.push_str("\n## Dimensions\n\n| dimension | titre | expression | source |\n|---|---|---|---|\n");
    for dimension in catalogue.dimensions.iter().map(|declared| &declared.what) {
        text.push_str(&format!(
            "| `{}` | {} | `{}` | {} |\n",
            dimension.id,
            cell(&dimension.titre),
            cell(&dimension.expression),
            cell(&dimension.source)
        ));
    }
    text
}
