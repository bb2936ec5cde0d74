//! Frames to be heard by the thousand: valid ones, and what becomes of them.

use super::rng::Rng;

/// Valid frames, to be cut and changed.
pub const FRAMES: &[&str] = &[
    r#"0{"sid":"lv_VI97HAXpY6yYWAAAB","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#,
    "1",
    "2",
    "3",
    "6",
    r#"40{"sid":"oSO0OpakMV_3jnilAAAA","pid":"p"}"#,
    "40/admin,",
    "41",
    "41/admin,",
    r#"42["message",{"id":"m1","conversationId":"c","content":"räume 🍵","createdAt":"2026-01-01T00:00:00Z"}]"#,
    r#"42["notification",{"id":"n","type":"t"}]"#,
    r#"42["connected",{}]"#,
    r#"4212["a",1,null,[{"b":[1e308,-0.0]}]]"#,
    r#"42/räume,13["b"]"#,
    "430[]",
    r#"431[{"ok":true}]"#,
    r#"432[{"error":"no","retryable":true}]"#,
    r#"43/admin,9007199254740991["x"]"#,
    r#"44{"message":"invalid token","data":{"code":401}}"#,
    r#"44{"message":"later"}"#,
    r#"452-["a",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#,
    r#"461-/admin,13["baz",{"_placeholder":true,"num":0}]"#,
    "bAQIDBA==",
];

/// What a decoder may stumble over.
const PIECES: &[&str] = &[
    "",
    "0",
    "1",
    "4",
    "5",
    "9",
    "-",
    ",",
    "/",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "null",
    "true",
    "_placeholder",
    "num",
    "é",
    "🍵",
    "\u{0}",
    "\u{feff}",
    "99999999999999999999999",
    "9007199254740992",
    "connect",
    "\\u0000",
    "\\ud800",
    "1e999",
    "[[[[[[[[",
    "42",
    "43",
    "45",
    "0-",
    "10-",
    "11-",
];

/// A frame, cut and changed up to three times.
pub fn random_frame(rng: &mut Rng) -> String {
    let mut text = if rng.chance(70) { rng.pick(FRAMES).to_owned() } else { String::new() };
    for _ in 0..rng.below(4) {
        let cuts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let at = rng.pick(&cuts);
        match rng.below(5) {
            0 => text.truncate(at),
            1 => text.insert_str(at, rng.pick(PIECES)),
            2 if at < text.len() => drop(text.remove(at)),
            3 => text = text.split_off(at),
            _ => {
                let tail = text.split_off(at);
                text = format!("{text}{}{tail}", char::from_u32(rng.below(0x250) as u32).unwrap_or('x'));
            }
        }
    }
    text
}
