//! The digest of a night: one page for the person on call, new problems first, and nothing to read when nothing changed. It is made
//! of a plain value, and stays inside the observatory: no figure of activity is in it.

use serde::Serialize;

use crate::error::ReportError;
use crate::html::environment;

/// What a night has to say.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Digest {
    /// Day of the night, AAAA-MM-JJ, and as read: « lundi 7 avril 2025 ».
    pub jour: String,
    pub jour_dit: String,
    pub execution: String,
    /// The run it is compared with; none for the first.
    pub avant: Option<String>,
    /// Deliveries of the night, by what became of them.
    pub recus: u64,
    pub charges: u64,
    /// Deliveries that wait for someone: held first, then quarantined, then refused.
    pub a_traiter: Vec<Envoi>,
    /// Silences that the run compared with did not have.
    pub silences: Vec<Silence>,
    /// Those that were said already, in one line; empty without any.
    pub silences_connus: String,
    /// How many sites never sent anything.
    pub jamais_recus: u64,
    pub nouveaux: Vec<Groupe>,
    pub resolus: Vec<Groupe>,
    pub persistants: u64,
    /// Anomalies of the region that declared false alarms explain.
    pub excusees: u64,
    /// Rules that could not run.
    pub erreurs: Vec<String>,
}

/// A delivery that waits.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Envoi {
    /// « en attente », « en quarantaine », « refusé ».
    pub etat: String,
    pub fichier: String,
    pub site: String,
    pub raison: String,
    /// « depuis 3 jours »; empty for what came on the night.
    pub depuis: String,
    /// What to type next.
    pub geste: String,
}

/// A site from which nothing came.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Silence {
    pub site: String,
    pub quoi: String,
    pub depuis: String,
}

/// One rule, and the sites where its verdict changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Groupe {
    pub regle: String,
    pub titre: String,
    /// « alerte » or « échec ».
    pub verdict: String,
    pub sites: Vec<Lieu>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Lieu {
    pub nom: String,
    pub anomalies: u64,
    pub juges: u64,
}

/// The same page in its three forms.
#[derive(Debug, Clone, PartialEq)]
pub struct Pages {
    pub html: String,
    pub markdown: String,
    /// An e-mail ready to be sent by whoever sends e-mails here.
    pub courriel: String,
}

/// Who writes to whom.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Adresses {
    pub de: String,
    pub a: Vec<String>,
    /// Date of the message, RFC 5322.
    pub date: String,
}

impl Digest {
    /// Nothing new, nothing gone, nobody newly silent, nothing that waits.
    pub fn is_quiet(&self) -> bool {
        self.a_traiter.is_empty()
            && self.silences.is_empty()
            && self.nouveaux.is_empty()
            && self.resolus.is_empty()
            && self.erreurs.is_empty()
    }

    /// What the subject of an e-mail says.
    pub fn subject(&self) -> String {
        let count = |number: usize, one: &str, many: &str| match number {
            0 => None,
            1 => Some(format!("1 {one}")),
            number => Some(format!("{number} {many}")),
        };
        let parts = [
            count(self.a_traiter.len(), "envoi à traiter", "envois à traiter"),
            count(self.nouveaux.len(), "problème nouveau", "problèmes nouveaux"),
            count(self.silences.len(), "nouveau silence", "nouveaux silences"),
            count(self.resolus.len(), "résolu", "résolus"),
            count(self.erreurs.len(), "règle en erreur", "règles en erreur"),
        ];
        let said: Vec<String> = parts.into_iter().flatten().collect();
        match said.is_empty() {
            true => format!("oru, nuit du {} : rien de nouveau", self.jour_dit),
            false => format!("oru, nuit du {} : {}", self.jour_dit, said.join(", ")),
        }
    }

    /// Renders the page. `custom` may hold `modeles/synthese.html` and `modeles/synthese.md`.
    pub fn render(&self, addresses: &Adresses, custom: Option<&std::path::Path>) -> Result<Pages, ReportError> {
        let environment = environment(custom)?;
        let rendered = |name: &str| {
            let template = environment.get_template(name);
            let context = minijinja::context! { d => self, calme => self.is_quiet(), sujet => self.subject() };
            template
                .and_then(|template| template.render(context))
                .map_err(|error| ReportError::Template {
                    name: name.to_owned(),
                    message: error.to_string(),
                })
        };
        let (html, markdown) = (rendered("synthese.html")?, rendered("synthese.md")?);
        let courriel = self.mail(addresses, &html, &markdown);
        Ok(Pages {
            html,
            markdown,
            courriel,
        })
    }

    /// RFC 5322 and 2046: both forms, the reader's program chooses. Lines end with CR LF.
    fn mail(&self, addresses: &Adresses, html: &str, markdown: &str) -> String {
        // Fixed, so that the same night gives the same bytes; no text of ours holds it.
        let boundary = format!("=_oru_{}", self.execution);
        let part = |kind: &str, text: &str| {
            format!("--{boundary}\nContent-Type: {kind}; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}\n")
        };
        // An empty header is refused by some servers.
        let to = match addresses.a.is_empty() {
            true => String::new(),
            false => format!("To: {}\n", addresses.a.join(", ")),
        };
        let message = format!(
            "From: {}\n{}Date: {}\nSubject: {}\nMIME-Version: 1.0\nMessage-ID: <{}.{}@oru>\n\
             Content-Type: multipart/alternative; boundary=\"{boundary}\"\n\n{}{}--{boundary}--\n",
            addresses.de,
            to,
            addresses.date,
            encoded(&self.subject()),
            self.jour,
            self.execution,
            part("text/plain", markdown),
            part("text/html", html),
        );
        message.replace('\n', "\r\n")
    }
}

/// A header that is not ASCII (RFC 2047, « Q »), cut so that no encoded word is longer than 75 characters.
fn encoded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut words = vec![String::new()];
    for character in text.chars() {
        let mut bytes = [0; 4];
        let piece: String = match character {
            ' ' => "_".to_owned(),
            'a'..='z' | 'A'..='Z' | '0'..='9' => character.to_string(),
            _ => character
                .encode_utf8(&mut bytes)
                .bytes()
                .map(|byte| format!("={byte:02X}"))
                .collect(),
        };
        if words.last().is_some_and(|word| word.len() + piece.len() > 60) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push_str(&piece);
        }
    }
    let words: Vec<String> = words.iter().map(|word| format!("=?UTF-8?Q?{word}?=")).collect();
    words.join("\n ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn night() -> Digest {
        Digest {
            jour: "2025-04-07".to_owned(),
            jour_dit: "lundi 7 avril 2025".to_owned(),
            execution: "cdaa2aaac1ce05d8".to_owned(),
            avant: Some("d86e31fd4b0cfcc2".to_owned()),
            recus: 64,
            charges: 63,
            persistants: 12,
            ..Digest::default()
        }
    }

    fn addresses() -> Adresses {
        Adresses {
            de: "oru@exemple.fr".to_owned(),
            a: vec!["astreinte@exemple.fr".to_owned()],
            date: "Mon, 07 Apr 2025 04:00:00 +0200".to_owned(),
        }
    }

    #[test]
    fn a_quiet_night_is_short() {
        let pages = night().render(&addresses(), None).unwrap();
        assert!(pages.markdown.contains("Rien de nouveau"), "{}", pages.markdown);
        assert!(pages.markdown.lines().count() < 12, "{}", pages.markdown);
    }

    #[test]
    fn a_quiet_night_with_silences_that_are_known_stays_short() {
        let mut night = night();
        night.silences_connus = "2 sites silencieux déjà signalés : CH A (31 jours), CH B (66 jours)".to_owned();
        night.jamais_recus = 58;
        assert_eq!(night.subject(), "oru, nuit du lundi 7 avril 2025 : rien de nouveau");
        let pages = night.render(&addresses(), None).unwrap();
        assert!(pages.markdown.lines().count() < 12, "{}", pages.markdown);
        for text in [&pages.html, &pages.markdown, &pages.courriel] {
            assert!(text.contains("CH A (31 jours), CH B (66 jours)"), "{text}");
            assert!(text.contains("58 sites n'ont jamais rien transmis"), "{text}");
        }
    }

    #[test]
    fn new_problems_come_before_the_silences_and_new_silences_before_those_that_are_known() {
        let mut night = night();
        night.nouveaux = vec![Groupe {
            regle: "RPU-X04".to_owned(),
            titre: "Sortie avant l'entrée".to_owned(),
            verdict: "alerte".to_owned(),
            sites: Vec::new(),
        }];
        night.silences = vec![Silence {
            site: "CH C".to_owned(),
            quoi: "Jour sans aucun passage".to_owned(),
            depuis: "le 6 avril 2025".to_owned(),
        }];
        night.silences_connus = "1 site silencieux déjà signalé : CH A (31 jours)".to_owned();
        let pages = night.render(&addresses(), None).unwrap();
        for text in [&pages.html, &pages.markdown] {
            let places = ["RPU-X04", "CH C", "CH A"].map(|what| text.find(what).unwrap_or_else(|| panic!("{what}: {text}")));
            assert!(places.is_sorted(), "{text}");
        }
    }

    #[test]
    fn new_problems_come_before_those_that_are_gone() {
        let group = |regle: &str| Groupe {
            regle: regle.to_owned(),
            titre: "Sortie avant l'entrée".to_owned(),
            verdict: "alerte".to_owned(),
            sites: vec![Lieu {
                nom: "CH <A>".to_owned(),
                anomalies: 12,
                juges: 345,
            }],
        };
        let mut night = night();
        night.nouveaux = vec![group("RPU-X04")];
        night.resolus = vec![group("RPU-X05")];
        let pages = night.render(&addresses(), None).unwrap();
        let place = |text: &str, what: &str| text.find(what).unwrap_or_else(|| panic!("{what}: {text}"));
        for text in [&pages.html, &pages.markdown] {
            assert!(place(text, "RPU-X04") < place(text, "RPU-X05"));
            assert!(text.contains("12 sur 345"), "{text}");
        }
        assert!(
            pages.html.contains("CH &lt;A&gt;") && !pages.html.contains("<A>"),
            "a name is data"
        );
        assert_eq!(
            night.subject(),
            "oru, nuit du lundi 7 avril 2025 : 1 problème nouveau, 1 résolu"
        );
    }

    #[test]
    fn the_mail_is_one_that_a_program_reads() {
        let mail = night().render(&addresses(), None).unwrap().courriel;
        assert!(mail.starts_with("From: oru@exemple.fr\r\nTo: astreinte@exemple.fr\r\n"));
        assert!(mail.lines().all(|line| line.len() < 998), "RFC 5322, 2.1.1");
        assert!(!mail.replace("\r\n", "").contains('\n'));
        assert_eq!(encoded("été"), "=?UTF-8?Q?=C3=A9t=C3=A9?=");
        assert!(encoded(&"é".repeat(40)).lines().all(|line| line.trim().len() <= 75));
    }
}
