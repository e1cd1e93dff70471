package pinbell

import "cmp"

// A speech is what a code call says in one language, for an engine to read.
type speech struct {
	greeting, greetingOf string // without and with {who} is calling
	press1, doNotShare   string
	code, repeat         string // the digits follow
	pressStar, goodbye   string
	comma, stop          string   // between digits and after them; "" for ", " and "."
	and                  string   // before the last digit instead of a comma; "" for a comma
	digits               []string // how each digit is said; nil for as it is written
}

// phrase returns the sentence of a phrase.
func (s speech) phrase(p Phrase) string {
	switch p {
	case PhraseGreeting:
		return s.greeting
	case PhrasePress1:
		return s.press1
	case PhraseDoNotShare:
		return s.doNotShare
	case PhraseCode:
		return s.code
	case PhraseRepeat:
		return s.repeat
	case PhrasePressStar:
		return s.pressStar
	case PhraseGoodbye:
		return s.goodbye
	}
	return ""
}

// spell says digits one by one.
func (s speech) spell(c Code) string {
	comma, said := cmp.Or(s.comma, ", "), ""
	for i := range c.Len() {
		d := c.digits[i]
		switch {
		case i == 0:
		case i == c.Len()-1:
			said += cmp.Or(s.and, comma)
		default:
			said += comma
		}
		if s.digits != nil {
			said += s.digits[d-'0']
		} else {
			said += string(d)
		}
	}
	return said + cmp.Or(s.stop, ".")
}

// speechOf falls back from the locale to its language to English, and says
// which locale it came to.
func speechOf(l Locale) (speech, Locale) {
	for _, name := range []string{string(l), l.Language()} {
		if s, ok := speeches[name]; ok {
			return s, l
		}
	}
	return speeches["en"], DefaultLocale
}

// speeches by language, or by locale where a country speaks differently.
// Sentences for native speakers to correct.
var speeches = map[string]speech{
	"en": { // of the tutorial on blog.xoxzo.com, May 2018
		greeting: "Hello.", greetingOf: "Hello This is {who}.",
		press1:     "Press 1 to hear your Pin number.",
		doNotShare: "Please do not disclose the Pin number that you are going to hear.",
		code:       "Your Pin number is", repeat: "I repeat. Your Pin number is",
		pressStar: "Press star to hear it again.", goodbye: "Thank you for using, good bye.",
		and: " and ",
		digits: []string{
			"number zero", "number one", "number two", "number three", "number four",
			"number five", "number six", "number seven", "number eight", "number nine",
		},
	},
	"ar": {
		greeting: "مرحبًا.", greetingOf: "مرحبًا، معكم {who}.",
		press1: "اضغط 1 لسماع رمز التحقق.", doNotShare: "يرجى عدم مشاركة الرمز الذي ستسمعه مع أي شخص.",
		code: "رمز التحقق الخاص بك هو", repeat: "أكرر. رمز التحقق الخاص بك هو", pressStar: "اضغط النجمة لسماعه مرة أخرى.", goodbye: "شكرًا لك، مع السلامة.",
		comma: "، ", stop: ".",
	},
	"bg": {
		greeting: "Здравейте.", greetingOf: "Здравейте, обажда се {who}.",
		press1: "Натиснете 1, за да чуете кода си.", doNotShare: "Моля, не споделяйте с никого кода, който ще чуете.",
		code: "Вашият код е", repeat: "Повтарям. Вашият код е", pressStar: "Натиснете звезда, за да го чуете отново.", goodbye: "Благодарим Ви, дочуване.",
	},
	"cs": {
		greeting: "Dobrý den.", greetingOf: "Dobrý den, volá {who}.",
		press1: "Pro vyslechnutí kódu stiskněte 1.", doNotShare: "Nikomu prosím nesdělujte kód, který uslyšíte.",
		code: "Váš kód je", repeat: "Opakuji. Váš kód je", pressStar: "Pro zopakování stiskněte hvězdičku.", goodbye: "Děkujeme, na shledanou.",
	},
	"da": {
		greeting: "Goddag.", greetingOf: "Goddag, dette er {who}.",
		press1: "Tryk på 1 for at høre din kode.", doNotShare: "Del ikke den kode, du nu hører, med nogen.",
		code: "Din kode er", repeat: "Jeg gentager. Din kode er", pressStar: "Tryk på stjerne for at høre den igen.", goodbye: "Tak, og farvel.",
	},
	"de": {
		greeting: "Guten Tag.", greetingOf: "Guten Tag, hier ist {who}.",
		press1: "Drücken Sie die 1, um Ihren Code zu hören.", doNotShare: "Bitte geben Sie den Code, den Sie gleich hören, an niemanden weiter.",
		code: "Ihr Code lautet", repeat: "Ich wiederhole. Ihr Code lautet", pressStar: "Drücken Sie die Sterntaste, um ihn noch einmal zu hören.", goodbye: "Vielen Dank, auf Wiederhören.",
	},
	"el": {
		greeting: "Γεια σας.", greetingOf: "Γεια σας, εδώ {who}.",
		press1: "Πατήστε 1 για να ακούσετε τον κωδικό σας.", doNotShare: "Παρακαλούμε μη δώσετε σε κανέναν τον κωδικό που θα ακούσετε.",
		code: "Ο κωδικός σας είναι", repeat: "Επαναλαμβάνω. Ο κωδικός σας είναι", pressStar: "Πατήστε αστερίσκο για να τον ακούσετε ξανά.", goodbye: "Ευχαριστούμε, γεια σας.",
	},
	"es": {
		greeting: "Hola.", greetingOf: "Hola, le llama {who}.",
		press1: "Pulse 1 para escuchar su código.", doNotShare: "Por favor, no comparta con nadie el código que va a escuchar.",
		code: "Su código es", repeat: "Repito. Su código es", pressStar: "Pulse asterisco para escucharlo de nuevo.", goodbye: "Gracias, adiós.",
	},
	"fi": {
		greeting: "Hei.", greetingOf: "Hei, täällä {who}.",
		press1: "Paina 1 kuullaksesi koodisi.", doNotShare: "Älä kerro kuulemaasi koodia kenellekään.",
		code: "Koodisi on", repeat: "Toistan. Koodisi on", pressStar: "Paina tähteä kuullaksesi sen uudelleen.", goodbye: "Kiitos, kuulemiin.",
	},
	"fr": {
		greeting: "Bonjour.", greetingOf: "Bonjour, ici {who}.",
		press1: "Appuyez sur 1 pour entendre votre code.", doNotShare: "Ne communiquez à personne le code que vous allez entendre.",
		code: "Votre code est", repeat: "Je répète. Votre code est", pressStar: "Appuyez sur étoile pour l'entendre à nouveau.", goodbye: "Merci, au revoir.",
	},
	"hi": {
		greeting: "नमस्ते।", greetingOf: "नमस्ते, यह {who} की ओर से कॉल है।",
		press1: "अपना कोड सुनने के लिए 1 दबाएं।", doNotShare: "कृपया जो कोड आप सुनेंगे, उसे किसी को न बताएं।",
		code: "आपका कोड है", repeat: "फिर से सुनिए। आपका कोड है", pressStar: "इसे फिर से सुनने के लिए स्टार दबाएं।", goodbye: "धन्यवाद, नमस्ते।",
		comma: ", ", stop: "।",
	},
	"hr": {
		greeting: "Dobar dan.", greetingOf: "Dobar dan, zove vas {who}.",
		press1: "Pritisnite 1 da biste čuli svoj kod.", doNotShare: "Molimo vas da nikome ne otkrivate kod koji ćete čuti.",
		code: "Vaš kod je", repeat: "Ponavljam. Vaš kod je", pressStar: "Pritisnite zvjezdicu da biste ga ponovno čuli.", goodbye: "Hvala i doviđenja.",
	},
	"hu": {
		greeting: "Jó napot.", greetingOf: "Jó napot, {who} hívja Önt.",
		press1: "Nyomja meg az 1-es gombot a kód meghallgatásához.", doNotShare: "Kérjük, ne adja meg senkinek a kódot, amelyet hallani fog.",
		code: "Az ön kódja", repeat: "Ismétlem. Az ön kódja", pressStar: "Nyomja meg a csillag gombot, ha újra hallani szeretné.", goodbye: "Köszönjük, viszonthallásra.",
	},
	"id": {
		greeting: "Halo.", greetingOf: "Halo, ini dari {who}.",
		press1: "Tekan 1 untuk mendengar kode Anda.", doNotShare: "Mohon jangan berikan kode yang akan Anda dengar kepada siapa pun.",
		code: "Kode Anda adalah", repeat: "Saya ulangi. Kode Anda adalah", pressStar: "Tekan bintang untuk mendengarnya lagi.", goodbye: "Terima kasih, sampai jumpa.",
	},
	"is": {
		greeting: "Góðan dag.", greetingOf: "Góðan dag, þetta er {who}.",
		press1: "Ýttu á 1 til að heyra kóðann þinn.", doNotShare: "Ekki deila kóðanum sem þú heyrir með neinum.",
		code: "Kóðinn þinn er", repeat: "Ég endurtek. Kóðinn þinn er", pressStar: "Ýttu á stjörnu til að heyra hann aftur.", goodbye: "Takk fyrir og bless.",
	},
	"it": {
		greeting: "Buongiorno.", greetingOf: "Buongiorno, qui è {who}.",
		press1: "Premi 1 per ascoltare il tuo codice.", doNotShare: "Non comunicare a nessuno il codice che stai per ascoltare.",
		code: "Il tuo codice è", repeat: "Ripeto. Il tuo codice è", pressStar: "Premi asterisco per ascoltarlo di nuovo.", goodbye: "Grazie, arrivederci.",
	},
	"ja": {
		greeting: "こんにちは。", greetingOf: "こんにちは、{who}です。",
		press1: "認証コードを聞くには、1を押してください。", doNotShare: "これからお伝えする認証コードを、誰にも教えないでください。",
		code: "認証コードは、", repeat: "繰り返します。認証コードは、", pressStar: "もう一度聞くには、アスタリスクを押してください。", goodbye: "ご利用ありがとうございました。失礼いたします。",
		comma: "、", stop: "、です。",
	},
	"ko": {
		greeting: "안녕하세요.", greetingOf: "안녕하세요, {who}입니다.",
		press1: "인증번호를 들으시려면 1번을 눌러 주세요.", doNotShare: "지금 들으실 인증번호를 다른 사람에게 알려주지 마세요.",
		code: "인증번호는", repeat: "다시 말씀드립니다. 인증번호는", pressStar: "다시 들으시려면 별표를 눌러 주세요.", goodbye: "이용해 주셔서 감사합니다. 안녕히 계세요.",
		comma: ", ", stop: " 입니다.",
	},
	"ms": {
		greeting: "Helo.", greetingOf: "Helo, ini daripada {who}.",
		press1: "Tekan 1 untuk mendengar kod anda.", doNotShare: "Sila jangan kongsi kod yang akan anda dengar dengan sesiapa.",
		code: "Kod anda ialah", repeat: "Saya ulang. Kod anda ialah", pressStar: "Tekan bintang untuk mendengarnya sekali lagi.", goodbye: "Terima kasih, selamat tinggal.",
	},
	"nb": {
		greeting: "Hei.", greetingOf: "Hei, dette er {who}.",
		press1: "Trykk 1 for å høre koden din.", doNotShare: "Ikke del koden du nå får høre, med noen.",
		code: "Koden din er", repeat: "Jeg gjentar. Koden din er", pressStar: "Trykk stjerne for å høre den igjen.", goodbye: "Takk, og ha det bra.",
	},
	"nl": {
		greeting: "Goedendag.", greetingOf: "Goedendag, u spreekt met {who}.",
		press1: "Druk op 1 om uw code te horen.", doNotShare: "Deel de code die u zo hoort met niemand.",
		code: "Uw code is", repeat: "Ik herhaal. Uw code is", pressStar: "Druk op sterretje om de code nogmaals te horen.", goodbye: "Dank u wel, tot ziens.",
	},
	"pl": {
		greeting: "Dzień dobry.", greetingOf: "Dzień dobry, dzwoni {who}.",
		press1: "Naciśnij 1, aby usłyszeć kod.", doNotShare: "Nie podawaj nikomu kodu, który usłyszysz.",
		code: "Twój kod to", repeat: "Powtarzam. Twój kod to", pressStar: "Naciśnij gwiazdkę, aby usłyszeć go ponownie.", goodbye: "Dziękujemy, do widzenia.",
	},
	"pt": {
		greeting: "Olá.", greetingOf: "Olá, daqui fala {who}.",
		press1: "Prima 1 para ouvir o seu código.", doNotShare: "Por favor, não partilhe com ninguém o código que vai ouvir.",
		code: "O seu código é", repeat: "Repito. O seu código é", pressStar: "Prima asterisco para o ouvir novamente.", goodbye: "Obrigado, adeus.",
	},
	"pt-BR": {
		greeting: "Olá.", greetingOf: "Olá, aqui é {who}.",
		press1: "Pressione 1 para ouvir seu código.", doNotShare: "Por favor, não compartilhe com ninguém o código que você vai ouvir.",
		code: "Seu código é", repeat: "Repito. Seu código é", pressStar: "Pressione asterisco para ouvi-lo novamente.", goodbye: "Obrigado, até logo.",
	},
	"ro": {
		greeting: "Bună ziua.", greetingOf: "Bună ziua, vă sună {who}.",
		press1: "Apăsați tasta 1 pentru a auzi codul dumneavoastră.", doNotShare: "Vă rugăm să nu divulgați nimănui codul pe care îl veți auzi.",
		code: "Codul dumneavoastră este", repeat: "Repet. Codul dumneavoastră este", pressStar: "Apăsați tasta steluță pentru a-l auzi din nou.", goodbye: "Vă mulțumim, la revedere.",
	},
	"ru": {
		greeting: "Здравствуйте.", greetingOf: "Здравствуйте, вам звонит {who}.",
		press1: "Чтобы услышать код, нажмите 1.", doNotShare: "Пожалуйста, никому не сообщайте код, который вы услышите.",
		code: "Ваш код:", repeat: "Повторяю. Ваш код:", pressStar: "Чтобы услышать его ещё раз, нажмите звёздочку.", goodbye: "Спасибо, до свидания.",
	},
	"sk": {
		greeting: "Dobrý deň.", greetingOf: "Dobrý deň, volá {who}.",
		press1: "Ak chcete počuť svoj kód, stlačte 1.", doNotShare: "Nikomu, prosím, neprezrádzajte kód, ktorý budete počuť.",
		code: "Váš kód je", repeat: "Opakujem. Váš kód je", pressStar: "Ak ho chcete počuť znova, stlačte hviezdičku.", goodbye: "Ďakujeme, dopočutia.",
	},
	"sv": {
		greeting: "Hej.", greetingOf: "Hej, det här är {who}.",
		press1: "Tryck 1 för att höra din kod.", doNotShare: "Dela inte koden som du nu får höra med någon.",
		code: "Din kod är", repeat: "Jag upprepar. Din kod är", pressStar: "Tryck stjärna för att höra den igen.", goodbye: "Tack, hej då.",
	},
	"th": {
		greeting: "สวัสดี", greetingOf: "สวัสดี นี่คือ {who}",
		press1: "กด 1 เพื่อฟังรหัสของคุณ", doNotShare: "โปรดอย่าบอกรหัสที่คุณจะได้ยินกับผู้อื่น",
		code: "รหัสของคุณคือ", repeat: "ขอทวนอีกครั้ง รหัสของคุณคือ", pressStar: "กดดอกจันเพื่อฟังอีกครั้ง", goodbye: "ขอบคุณ สวัสดี",
		comma: ", ", stop: " ",
	},
	"tr": {
		greeting: "Merhaba.", greetingOf: "Merhaba, {who} arıyor.",
		press1: "Kodunuzu duymak için 1'e basın.", doNotShare: "Lütfen duyacağınız kodu kimseyle paylaşmayın.",
		code: "Kodunuz:", repeat: "Tekrar ediyorum. Kodunuz:", pressStar: "Tekrar dinlemek için yıldız tuşuna basın.", goodbye: "Teşekkürler, hoşça kalın.",
	},
	"uk": {
		greeting: "Вітаємо.", greetingOf: "Вітаємо, вам телефонує {who}.",
		press1: "Щоб почути код, натисніть 1.", doNotShare: "Будь ласка, нікому не кажіть код, який ви почуєте.",
		code: "Ваш код:", repeat: "Повторюю. Ваш код:", pressStar: "Щоб почути його ще раз, натисніть зірочку.", goodbye: "Дякуємо, до побачення.",
	},
	"vi": {
		greeting: "Xin chào.", greetingOf: "Xin chào, đây là {who}.",
		press1: "Nhấn phím 1 để nghe mã của bạn.", doNotShare: "Vui lòng không chia sẻ mã bạn sắp nghe với bất kỳ ai.",
		code: "Mã của bạn là", repeat: "Tôi xin nhắc lại. Mã của bạn là", pressStar: "Nhấn phím sao để nghe lại.", goodbye: "Cảm ơn bạn, tạm biệt.",
	},
	"yue": {
		greeting: "你好。", greetingOf: "你好，這裡是{who}。",
		press1: "請按1收聽你的驗證碼。", doNotShare: "請勿將稍後聽到的驗證碼告訴他人。",
		code: "你的驗證碼是", repeat: "重複一次，你的驗證碼是", pressStar: "請按星號鍵再聽一次。", goodbye: "多謝使用，再見。",
		comma: "，", stop: "。",
	},
	"zh": {
		greeting: "您好。", greetingOf: "您好，这里是{who}。",
		press1: "请按1收听您的验证码。", doNotShare: "请勿将稍后听到的验证码告诉他人。",
		code: "您的验证码是", repeat: "重复一遍，您的验证码是", pressStar: "请按星号键再听一遍。", goodbye: "感谢使用，再见。",
		comma: "，", stop: "。",
	},
	"zh-TW": {
		greeting: "您好。", greetingOf: "您好，這裡是{who}。",
		press1: "請按1收聽您的驗證碼。", doNotShare: "請勿將稍後聽到的驗證碼告訴他人。",
		code: "您的驗證碼是", repeat: "重複一遍，您的驗證碼是", pressStar: "請按星號鍵再聽一遍。", goodbye: "感謝使用，再見。",
		comma: "，", stop: "。",
	},
}
