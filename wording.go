package pinbell

// A wording is a code message in one language. Each fits one segment with a
// brand of 11 characters: 160 septets of GSM 7-bit, or 70 units of UCS-2 where
// the language needs it; a test holds them to it.
type wording struct {
	branded, plain string
}

// wordings by language, or by locale where a country writes differently.
// Sentences for native speakers to correct; keep {code} near the front, as
// phones show the start of a message on the lock screen.
var wordings = map[string]wording{
	"ar":    {"{brand}: رمز التحقق {code}. لا تشاركه مع أحد.", "رمز التحقق {code}. لا تشاركه مع أحد."},
	"bg":    {"{brand}: кодът Ви е {code}. Не го споделяйте.", "Кодът Ви е {code}. Не го споделяйте."},
	"cs":    {"{brand}: váš kód je {code}. Nikomu ho nesdělujte.", "Váš kód je {code}. Nikomu ho nesdělujte."},
	"da":    {"{brand}: din kode er {code}. Del den ikke med nogen.", "Din kode er {code}. Del den ikke med nogen."},
	"de":    {"{brand}: Ihr Code ist {code}. Geben Sie ihn an niemanden weiter.", "Ihr Code ist {code}. Geben Sie ihn an niemanden weiter."},
	"el":    {"{brand}: ο κωδικός σας είναι {code}. Μην τον δώσετε.", "Ο κωδικός σας είναι {code}. Μην τον δώσετε."},
	"en":    {"{brand}: your code is {code}. Don't share it with anyone.", "Your code is {code}. Don't share it with anyone."},
	"es":    {"{brand}: su código es {code}. No lo comparta.", "Su código es {code}. No lo comparta."},
	"fi":    {"{brand}: koodisi on {code}. Älä kerro sitä kenellekään.", "Koodisi on {code}. Älä kerro sitä kenellekään."},
	"fr":    {"{brand} : votre code est {code}. Ne le donnez à personne.", "Votre code est {code}. Ne le donnez à personne."},
	"hi":    {"{brand}: आपका कोड {code} है। किसी को न बताएं।", "आपका कोड {code} है। किसी को न बताएं।"},
	"hr":    {"{brand}: vaš kod je {code}. Ne dijelite ga ni s kim.", "Vaš kod je {code}. Ne dijelite ga ni s kim."},
	"hu":    {"{brand}: az ön kódja {code}. Ne adja meg senkinek.", "Az ön kódja {code}. Ne adja meg senkinek."},
	"id":    {"{brand}: kode Anda {code}. Jangan berikan kepada siapa pun.", "Kode Anda {code}. Jangan berikan kepada siapa pun."},
	"is":    {"{brand}: kóðinn þinn er {code}. Ekki deila honum.", "Kóðinn þinn er {code}. Ekki deila honum."},
	"it":    {"{brand}: il tuo codice è {code}. Non comunicarlo a nessuno.", "Il tuo codice è {code}. Non comunicarlo a nessuno."},
	"ja":    {"{brand}: 認証コードは {code} です。誰にも教えないでください。", "認証コードは {code} です。誰にも教えないでください。"},
	"ko":    {"{brand}: 인증번호는 {code} 입니다. 타인에게 알려주지 마세요.", "인증번호는 {code} 입니다. 타인에게 알려주지 마세요."},
	"ms":    {"{brand}: kod anda ialah {code}. Jangan kongsi dengan sesiapa.", "Kod anda ialah {code}. Jangan kongsi dengan sesiapa."},
	"nb":    {"{brand}: koden din er {code}. Ikke del den med noen.", "Koden din er {code}. Ikke del den med noen."},
	"nl":    {"{brand}: uw code is {code}. Deel deze met niemand.", "Uw code is {code}. Deel deze met niemand."},
	"pl":    {"{brand}: Twój kod to {code}. Nikomu go nie podawaj.", "Twój kod to {code}. Nikomu go nie podawaj."},
	"pt":    {"{brand}: o seu código é {code}. Não o partilhe.", "O seu código é {code}. Não o partilhe."},
	"pt-BR": {"{brand}: seu código é {code}. Não compartilhe.", "Seu código é {code}. Não compartilhe."},
	"ro":    {"{brand}: codul dvs. este {code}. Nu îl divulgați.", "Codul dvs. este {code}. Nu îl divulgați."},
	"ru":    {"{brand}: ваш код {code}. Никому его не сообщайте.", "Ваш код {code}. Никому его не сообщайте."},
	"sk":    {"{brand}: váš kód je {code}. Nikomu ho neprezrádzajte.", "Váš kód je {code}. Nikomu ho neprezrádzajte."},
	"sv":    {"{brand}: din kod är {code}. Dela den inte med någon.", "Din kod är {code}. Dela den inte med någon."},
	"th":    {"{brand}: รหัสของคุณคือ {code} ห้ามบอกผู้อื่น", "รหัสของคุณคือ {code} ห้ามบอกผู้อื่น"},
	"tr":    {"{brand}: kodunuz {code}. Kimseyle paylaşmayın.", "Kodunuz {code}. Kimseyle paylaşmayın."},
	"uk":    {"{brand}: ваш код {code}. Нікому його не кажіть.", "Ваш код {code}. Нікому його не кажіть."},
	"vi":    {"{brand}: mã của bạn là {code}. Đừng chia sẻ mã này.", "Mã của bạn là {code}. Đừng chia sẻ mã này."},
	"yue":   {"{brand}: 你的驗證碼是 {code}，請勿告訴他人。", "你的驗證碼是 {code}，請勿告訴他人。"},
	"zh":    {"{brand}: 您的验证码是 {code}，请勿告诉他人。", "您的验证码是 {code}，请勿告诉他人。"},
	"zh-TW": {"{brand}: 您的驗證碼是 {code}，請勿告訴他人。", "您的驗證碼是 {code}，請勿告訴他人。"},
}
