//! Reads the configuration: position of each mistake, nearest known key, paths resolved from the file's folder.

use std::path::{Path, PathBuf};

use lake::release::Audience;
use transform::context::Bornes;

use crate::config::{Config, DEFAULT};
use crate::error::{CommandError, Doing, Result};
use crate::{clock, mistakes};

/// The configuration of `file`; without one, `pipelines.toml` of the current folder when there is one, else the defaults.
pub fn load(file: Option<&Path>) -> Result<Config> {
    let present = Path::new("pipelines.toml");
    let file = match file {
        Some(file) => Some(file.to_owned()),
        None => present.exists().then(|| present.to_owned()),
    };
    let (text, label) = match &file {
        Some(file) => {
            let text = std::fs::read_to_string(file).doing(format!("lecture de {}", file.display()))?;
            (text, file.display().to_string())
        }
        None => (DEFAULT.to_owned(), "configuration par défaut".to_owned()),
    };
    let mut config = parse(&text, &label)?;
    let base = file.as_deref().and_then(Path::parent).unwrap_or(Path::new(""));
    resolve(&mut config, base);
    config.file = file;
    Ok(config)
}

/// Reads `text`, called `label` in messages. The pipelines that it does not declare are the default ones.
fn parse(text: &str, label: &str) -> Result<Config> {
    let mut config: Config = toml::from_str(text).map_err(|error| mistakes::toml(&error, text, label))?;
    if config.pipelines.is_empty() {
        let default: Config = toml::from_str(DEFAULT).expect("the embedded configuration is valid, a test reads it");
        config.pipelines = default.pipelines;
    }
    for (name, pipeline) in &config.pipelines {
        if !pipeline.is_ordered() {
            return Err(CommandError::work(format!(
                "{label} : les étapes de « {name} » ne suivent pas l'ordre ingest, transform, release, report, digest"
            )));
        }
    }
    for audience in [Audience::Public, Audience::Partenaire] {
        let seuil = config.diffusion.policy(audience).seuil;
        if seuil < 2 {
            let name = audience.as_str();
            return Err(CommandError::work(format!(
                "{label} : diffusion.{name}.seuil vaut {seuil} ; un effectif de 1 serait imprimé"
            ))
            .hint("seuls les documents internes se passent de seuil ; la valeur usuelle est 11 (public) ou 5 (partenaire)"));
        }
    }
    judge(&config.bornes).map_err(|reason| CommandError::work(format!("{label} : {reason}")))?;
    if !(0.0..=1.0).contains(&config.garde.part_minimale) {
        return Err(CommandError::work(format!(
            "{label} : garde.part_minimale doit être une part entre 0 et 1"
        )));
    }
    Ok(config)
}

/// Bounds that no text could say.
fn judge(bornes: &Bornes) -> std::result::Result<(), String> {
    if !(1..=8).contains(&bornes.nuit_profonde_fin) {
        return Err("bornes.nuit_profonde_fin doit être une heure de 1 à 8".to_owned());
    }
    if bornes.pediatrie_moins_de < 1 || bornes.geriatrie_a_partir_de <= bornes.pediatrie_moins_de {
        return Err("bornes.geriatrie_a_partir_de doit dépasser bornes.pediatrie_moins_de, qui est d'au moins 1 an".to_owned());
    }
    if !(1..=100).contains(&bornes.decroche_60s_cible) {
        return Err("bornes.decroche_60s_cible doit être un pourcentage de 1 à 100".to_owned());
    }
    let known: Vec<&str> = lake::code_list::code_list("rpu_orientation")
        .into_iter()
        .flat_map(|list| &list.codes)
        .map(|row| row.code.as_str())
        .collect();
    if let Some(code) = bornes.dp_exclus.iter().find(|code| !known.contains(&code.as_str())) {
        return Err(format!(
            "bornes.dp_exclus : orientation inconnue, « {code} » (connues : {})",
            known.join(", ")
        ));
    }
    Ok(())
}

fn resolve(config: &mut Config, base: &Path) {
    let resolve = |path: &mut PathBuf| *path = absolute(path, base);
    resolve(&mut config.lake.racine);
    resolve(&mut config.inbox.depot);
    resolve(&mut config.rapports.sortie);
    resolve(&mut config.synthese.sortie);
    let optional = [
        &mut config.structures.fichier,
        &mut config.lits.dms_reference,
        &mut config.structures.correspondances,
        &mut config.sites.parametres,
        &mut config.sites.ruptures,
        &mut config.sites.groupements,
        &mut config.cle.fichier,
        &mut config.certificats.dossier,
        &mut config.certificats.accuses,
        &mut config.rapports.modeles,
        &mut config.synthese.courriels,
        &mut config.retours.journal,
    ];
    for path in optional.into_iter().flatten() {
        resolve(path);
    }
    for path in &mut config.catalogue.extra {
        resolve(path);
    }
}

fn absolute(path: &Path, base: &Path) -> PathBuf {
    match path.strip_prefix("~") {
        Ok(rest) => clock::home().unwrap_or_else(|| "~".into()).join(rest),
        Err(_) => base.join(path),
    }
}

#[cfg(test)]
mod tests {
    use transform::disclosure::Policy;

    use super::*;
    use crate::config::{Periode, Stage};

    fn refusal(text: &str) -> String {
        parse(text, "pipelines.toml").unwrap_err().render()
    }

    #[test]
    fn the_sample_of_the_systemd_unit_keeps_everything_under_its_writable_folder() {
        let unit = include_str!("../../../docs/systemd/oru-nightly.service");
        let sample = parse(include_str!("../../../docs/systemd/pipelines.toml"), "systemd").unwrap();
        let writable = unit.lines().find_map(|line| line.strip_prefix("ReadWritePaths=")).unwrap();
        let paths = [
            Some(&sample.lake.racine),
            Some(&sample.inbox.depot),
            Some(&sample.rapports.sortie),
            sample.cle.fichier.as_ref(),
            sample.certificats.dossier.as_ref(),
            sample.structures.correspondances.as_ref(),
        ];
        for path in paths.into_iter().flatten() {
            assert!(path.starts_with(writable), "{}", path.display());
        }
    }

    #[test]
    fn bounds_that_no_text_could_say_are_refused() {
        let said = refusal("[bornes]\nnuit_profonde_fin = 20\n");
        assert!(
            said.contains("bornes.nuit_profonde_fin doit être une heure de 1 à 8"),
            "{said}"
        );
        let said = refusal("[bornes]\ndecroche_60s_cible = 0\n");
        assert!(
            said.contains("bornes.decroche_60s_cible doit être un pourcentage de 1 à 100"),
            "{said}"
        );
        let said = refusal("[bornes]\ngeriatrie_a_partir_de = 18\n");
        assert!(said.contains("doit dépasser bornes.pediatrie_moins_de"), "{said}");
        let said = refusal("[bornes]\ndp_exclus = [\"FUGEU\"]\n");
        assert!(said.contains("orientation inconnue, « FUGEU »"), "{said}");
    }

    #[test]
    fn the_embedded_file_says_the_defaults() {
        let mut written = parse(DEFAULT, "défaut").unwrap();
        let nightly = &written.pipelines["nightly"];
        assert_eq!(
            (nightly.periode, &nightly.etapes[..]),
            (Periode::Nuit, &[Stage::Ingest, Stage::Transform, Stage::Digest][..])
        );
        assert_eq!(written.pipelines["quarterly"].document, "trimestriel");
        for audience in Audience::ALL {
            assert_eq!(written.diffusion.policy(audience), Policy::of(audience));
        }
        written.pipelines.clear();
        written.diffusion = Config::default().diffusion;
        assert_eq!(written, Config::default());
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_place_and_the_nearest_known_one() {
        assert_eq!(
            refusal("[lake]\n  racin = \"x\"\n"),
            "Erreur : pipelines.toml:2:3 : clé inconnue « racin »\nConseil : le nom connu le plus proche est « racine »\n"
        );
        assert_eq!(
            refusal("[lak]\nracine = \"x\"\n"),
            "Erreur : pipelines.toml:1:2 : clé inconnue « lak »\nConseil : le nom connu le plus proche est « lake »\n"
        );
        assert_eq!(
            refusal("[pipelines.nightly]\netapes = [\"ingst\"]\nperiode = \"nuit\"\n"),
            "Erreur : pipelines.toml:2:11 : valeur inconnue « ingst »\nConseil : le nom connu le plus proche est « ingest »\n"
        );
    }

    #[test]
    fn what_is_not_toml_or_has_the_wrong_type_is_placed() {
        assert!(refusal("[lake\n").starts_with("Erreur : pipelines.toml:1:"));
        assert!(refusal("[inbox]\nage_minimal_s = \"x\"\n").starts_with("Erreur : pipelines.toml:2:17 : "));
    }

    #[test]
    fn stages_follow_the_data_path() {
        assert!(refusal("[pipelines.x]\netapes = [\"transform\", \"ingest\"]\nperiode = \"nuit\"\n").contains("ne suivent pas"));
    }

    #[test]
    fn a_threshold_that_prints_single_persons_is_refused() {
        assert!(refusal("[diffusion.public]\nseuil = 1\nplancher = 30\n").contains("effectif de 1"));
    }

    #[test]
    fn days_are_written_as_text_or_as_dates() {
        let config = parse("[pdsa]\nponts = [\"2025-05-02\", 2025-05-30]\n", "x").unwrap();
        assert_eq!(config.pdsa.ponts.len(), 2);
        assert!(refusal("[pdsa]\nponts = [\"2/5/2025\"]\n").contains("pipelines.toml:2:"));
    }

    #[test]
    fn relative_paths_start_from_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("p.toml");
        std::fs::write(&file, "[lake]\nracine = \"lac\"\n[inbox]\ndepot = \"/depot\"\n").unwrap();
        let config = load(Some(&file)).unwrap();
        assert_eq!(config.lake.racine, folder.path().join("lac"));
        assert_eq!(config.inbox.depot, Path::new("/depot"));
    }
}
