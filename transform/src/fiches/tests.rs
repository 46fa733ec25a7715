use lake::figure::Status;
use lake::release::{Audience, Release};

use super::*;
use crate::release::tests::{count, made};

fn region() -> Release {
    let mut made = made(Audience::Partenaire, &[count("RPU-I01", "region", "76", 500.0)]);
    made.frame.structures = lake::reference::structures().to_vec();
    let model = made
        .figures
        .iter()
        .find(|figure| *figure.level == *"region" && *figure.period == *made.frame.period)
        .unwrap()
        .clone();
    let sites: Vec<String> = general(&made.frame).keys().map(|site| (*site).to_owned()).collect();
    for (rank, site) in sites.iter().enumerate() {
        made.figures.push(Figure {
            level: "etablissement".into(),
            area: site.as_str().into(),
            value: Some(rank as f64),
            status: if rank % 4 == 3 { Status::Masked } else { Status::Ok },
            ..model.clone()
        });
    }
    made
}

fn asked<'a>(release: &'a Release, own: &'a [Figure], none: &'a BTreeMap<String, String>) -> Asked<'a> {
    Asked {
        release,
        own,
        groupes: none,
        contacts: none,
    }
}

#[test]
fn the_release_of_a_site_holds_no_figure_of_another() {
    let (release, none) = (region(), BTreeMap::new());
    let fiches = Fiches::new(asked(&release, &[], &none));
    let finess = fiches.sites()[0].clone();
    let made = fiches.of_site(&finess).unwrap();
    for figure in &made.figures {
        let own = *figure.area == *finess || *figure.area == *release.frame.region;
        assert!(own || *figure.level == *"groupe_pairs", "{figure:?}");
    }
    assert!(made.frame.structures.iter().all(|structure| structure.finess == finess));
    assert!(made.frame.deliveries.iter().all(|delivery| delivery.finess == finess));
    assert!(made.frame.avertissements.is_empty(), "they name other sites");
}

#[test]
fn statistics_over_peers_need_three_others_that_may_be_read() {
    let (release, none) = (region(), BTreeMap::new());
    let all = Fiches::new(asked(&release, &[], &none));
    let sites = all.sites();
    let groups = |others: usize| -> BTreeMap<String, String> {
        let chosen = sites.iter().enumerate().filter(|(rank, _)| rank % 4 != 3).take(others + 1);
        chosen.map(|(_, site)| (site.clone(), "essai".to_owned())).collect()
    };
    for (others, expected) in [(2, 0), (3, 3)] {
        let groups = groups(others);
        let fiches = Fiches::new(Asked {
            groupes: &groups,
            ..asked(&release, &[], &none)
        });
        let made = fiches.of_site(&sites[0]).unwrap();
        let of_peers: Vec<_> = made
            .figures
            .iter()
            .filter(|figure| *figure.level == *"groupe_pairs")
            .collect();
        assert_eq!(of_peers.len(), expected, "{others} peers");
        assert!(of_peers.iter().all(|figure| figure.denominator == Some(3.0)));
    }
}

#[test]
fn a_site_reads_its_own_figures_whole() {
    let (release, none) = (region(), BTreeMap::new());
    let own: Vec<Figure> = release
        .figures
        .iter()
        .map(|figure| Figure {
            status: Status::Ok,
            ..figure.clone()
        })
        .collect();
    let fiches = Fiches::new(asked(&release, &own, &none));
    let masked = fiches.sites()[3].clone();
    let made = fiches.of_site(&masked).unwrap();
    let figure = made.figures.iter().find(|figure| *figure.area == *masked).unwrap();
    assert_eq!(figure.status, Status::Ok);
}

#[test]
fn the_release_of_a_departement_holds_its_sites_past_the_gate() {
    let (release, none) = (region(), BTreeMap::new());
    let fiches = Fiches::new(asked(&release, &release.figures, &none));
    let code = fiches.departements()[0].clone();
    let made = fiches.of_departement(&code).unwrap();
    let sites: Vec<&str> = made
        .frame
        .structures
        .iter()
        .map(|structure| structure.finess.as_str())
        .collect();
    assert!(made.frame.structures.iter().all(|structure| structure.departement == code));
    for figure in made.figures.iter().filter(|figure| *figure.level == *"etablissement") {
        assert!(sites.contains(&&*figure.area));
    }
}

#[test]
fn an_epci_over_two_departements_is_told_of_where_most_of_it_lives() {
    assert!(epci_of("31").contains("243100518"), "Toulouse Métropole");
    let all: Vec<BTreeSet<&str>> = ["09", "31", "32", "81", "82"].map(epci_of).into_iter().collect();
    let count: usize = all.iter().map(BTreeSet::len).sum();
    let distinct: BTreeSet<&str> = all.into_iter().flatten().collect();
    assert_eq!(distinct.len(), count);
}
