package pinbell

import "cmp"

// A speech is what a code call says in one language, for an engine to read.
type speech struct {
	greeting, greetingOf string // without and with {who} is calling
	press1, doNotShare   string
	code, repeat         string // the digits follow
	pressStar, goodbye   string
	confirmNumber        string
	enterCode, wrongCode string
	confirmed, press2    string
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
	case PhraseConfirmNumber:
		return s.confirmNumber
	case PhraseEnterCode:
		return s.enterCode
	case PhraseWrongCode:
		return s.wrongCode
	case PhraseConfirmed:
		return s.confirmed
	case PhrasePress2:
		return s.press2
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
		confirmNumber: "Hello. This is a call to confirm your telephone number.",
		enterCode:     "Please enter the Pin number that is shown on your screen, with the keys of your telephone.",
		wrongCode:     "That Pin number is not correct.", confirmed: "Your telephone number is confirmed.", press2: "For English, press 2.",
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
		confirmNumber: "مرحبًا، هذه مكالمة لتأكيد رقم هاتفك.",
		enterCode:     "يرجى إدخال الرمز الظاهر على شاشتك باستخدام أزرار الهاتف.",
		wrongCode:     "هذا الرمز غير صحيح.", confirmed: "تم تأكيد رقم هاتفك.", press2: "للغة العربية، اضغط 2.",
		comma: "، ", stop: ".",
	},
	"bg": {
		greeting: "Здравейте.", greetingOf: "Здравейте, обажда се {who}.",
		press1: "Натиснете 1, за да чуете кода си.", doNotShare: "Моля, не споделяйте с никого кода, който ще чуете.",
		code: "Вашият код е", repeat: "Повтарям. Вашият код е", pressStar: "Натиснете звезда, за да го чуете отново.", goodbye: "Благодарим Ви, дочуване.",
		confirmNumber: "Здравейте. Това обаждане е за потвърждаване на Вашия телефонен номер.",
		enterCode:     "Моля, въведете кода, показан на екрана Ви, с клавишите на телефона си.",
		wrongCode:     "Този код не е верен.", confirmed: "Вашият телефонен номер е потвърден.", press2: "За български език натиснете 2.",
	},
	"cs": {
		greeting: "Dobrý den.", greetingOf: "Dobrý den, volá {who}.",
		press1: "Pro vyslechnutí kódu stiskněte 1.", doNotShare: "Nikomu prosím nesdělujte kód, který uslyšíte.",
		code: "Váš kód je", repeat: "Opakuji. Váš kód je", pressStar: "Pro zopakování stiskněte hvězdičku.", goodbye: "Děkujeme, na shledanou.",
		confirmNumber: "Dobrý den. Tento hovor slouží k potvrzení vašeho telefonního čísla.",
		enterCode:     "Zadejte prosím na klávesnici telefonu kód, který vidíte na obrazovce.",
		wrongCode:     "Tento kód není správný.", confirmed: "Vaše telefonní číslo je potvrzeno.", press2: "Pro češtinu stiskněte 2.",
	},
	"da": {
		greeting: "Goddag.", greetingOf: "Goddag, dette er {who}.",
		press1: "Tryk på 1 for at høre din kode.", doNotShare: "Del ikke den kode, du nu hører, med nogen.",
		code: "Din kode er", repeat: "Jeg gentager. Din kode er", pressStar: "Tryk på stjerne for at høre den igen.", goodbye: "Tak, og farvel.",
		confirmNumber: "Goddag. Dette er et opkald for at bekræfte dit telefonnummer.",
		enterCode:     "Indtast venligst den kode, der vises på din skærm, med telefonens taster.",
		wrongCode:     "Koden er ikke korrekt.", confirmed: "Dit telefonnummer er bekræftet.", press2: "For dansk, tryk på 2.",
	},
	"de": {
		greeting: "Guten Tag.", greetingOf: "Guten Tag, hier ist {who}.",
		press1: "Drücken Sie die 1, um Ihren Code zu hören.", doNotShare: "Bitte geben Sie den Code, den Sie gleich hören, an niemanden weiter.",
		code: "Ihr Code lautet", repeat: "Ich wiederhole. Ihr Code lautet", pressStar: "Drücken Sie die Sterntaste, um ihn noch einmal zu hören.", goodbye: "Vielen Dank, auf Wiederhören.",
		confirmNumber: "Guten Tag. Dies ist ein Anruf zur Bestätigung Ihrer Telefonnummer.",
		enterCode:     "Bitte geben Sie den auf Ihrem Bildschirm angezeigten Code über die Telefontasten ein.",
		wrongCode:     "Dieser Code ist nicht richtig.", confirmed: "Ihre Telefonnummer ist bestätigt.", press2: "Für Deutsch drücken Sie die 2.",
	},
	"el": {
		greeting: "Γεια σας.", greetingOf: "Γεια σας, εδώ {who}.",
		press1: "Πατήστε 1 για να ακούσετε τον κωδικό σας.", doNotShare: "Παρακαλούμε μη δώσετε σε κανέναν τον κωδικό που θα ακούσετε.",
		code: "Ο κωδικός σας είναι", repeat: "Επαναλαμβάνω. Ο κωδικός σας είναι", pressStar: "Πατήστε αστερίσκο για να τον ακούσετε ξανά.", goodbye: "Ευχαριστούμε, γεια σας.",
		confirmNumber: "Γεια σας. Αυτή είναι μια κλήση για την επιβεβαίωση του αριθμού τηλεφώνου σας.",
		enterCode:     "Παρακαλούμε πληκτρολογήστε στο τηλέφωνό σας τον κωδικό που εμφανίζεται στην οθόνη σας.",
		wrongCode:     "Αυτός ο κωδικός δεν είναι σωστός.", confirmed: "Ο αριθμός τηλεφώνου σας επιβεβαιώθηκε.", press2: "Για ελληνικά, πατήστε 2.",
	},
	"es": {
		greeting: "Hola.", greetingOf: "Hola, le llama {who}.",
		press1: "Pulse 1 para escuchar su código.", doNotShare: "Por favor, no comparta con nadie el código que va a escuchar.",
		code: "Su código es", repeat: "Repito. Su código es", pressStar: "Pulse asterisco para escucharlo de nuevo.", goodbye: "Gracias, adiós.",
		confirmNumber: "Hola. Esta es una llamada para confirmar su número de teléfono.",
		enterCode:     "Por favor, introduzca con las teclas del teléfono el código que aparece en su pantalla.",
		wrongCode:     "Ese código no es correcto.", confirmed: "Su número de teléfono ha quedado confirmado.", press2: "Para español, pulse 2.",
	},
	"fi": {
		greeting: "Hei.", greetingOf: "Hei, täällä {who}.",
		press1: "Paina 1 kuullaksesi koodisi.", doNotShare: "Älä kerro kuulemaasi koodia kenellekään.",
		code: "Koodisi on", repeat: "Toistan. Koodisi on", pressStar: "Paina tähteä kuullaksesi sen uudelleen.", goodbye: "Kiitos, kuulemiin.",
		confirmNumber: "Hei. Tämän puhelun tarkoituksena on vahvistaa puhelinnumerosi.",
		enterCode:     "Syötä ruudullasi näkyvä koodi puhelimen näppäimillä.",
		wrongCode:     "Antamasi koodi ei ole oikea.", confirmed: "Puhelinnumerosi on vahvistettu.", press2: "Jatkaaksesi suomeksi paina 2.",
	},
	"fr": {
		greeting: "Bonjour.", greetingOf: "Bonjour, ici {who}.",
		press1: "Appuyez sur 1 pour entendre votre code.", doNotShare: "Ne communiquez à personne le code que vous allez entendre.",
		code: "Votre code est", repeat: "Je répète. Votre code est", pressStar: "Appuyez sur étoile pour l'entendre à nouveau.", goodbye: "Merci, au revoir.",
		confirmNumber: "Bonjour. Cet appel est destiné à confirmer votre numéro de téléphone.",
		enterCode:     "Veuillez saisir le code affiché sur votre écran à l'aide des touches de votre téléphone.",
		wrongCode:     "Ce code n'est pas correct.", confirmed: "Votre numéro de téléphone est confirmé.", press2: "Pour le français, appuyez sur 2.",
	},
	"hi": {
		greeting: "नमस्ते।", greetingOf: "नमस्ते, यह {who} की ओर से कॉल है।",
		press1: "अपना कोड सुनने के लिए 1 दबाएं।", doNotShare: "कृपया जो कोड आप सुनेंगे, उसे किसी को न बताएं।",
		code: "आपका कोड है", repeat: "फिर से सुनिए। आपका कोड है", pressStar: "इसे फिर से सुनने के लिए स्टार दबाएं।", goodbye: "धन्यवाद, नमस्ते।",
		confirmNumber: "नमस्ते। यह कॉल आपके फ़ोन नंबर की पुष्टि के लिए है।",
		enterCode:     "कृपया अपनी स्क्रीन पर दिख रहा कोड फ़ोन के बटन दबाकर दर्ज करें।",
		wrongCode:     "यह कोड सही नहीं है।", confirmed: "आपके फ़ोन नंबर की पुष्टि हो गई है।", press2: "हिंदी के लिए 2 दबाएं।",
		comma: ", ", stop: "।",
	},
	"hr": {
		greeting: "Dobar dan.", greetingOf: "Dobar dan, zove vas {who}.",
		press1: "Pritisnite 1 da biste čuli svoj kod.", doNotShare: "Molimo vas da nikome ne otkrivate kod koji ćete čuti.",
		code: "Vaš kod je", repeat: "Ponavljam. Vaš kod je", pressStar: "Pritisnite zvjezdicu da biste ga ponovno čuli.", goodbye: "Hvala i doviđenja.",
		confirmNumber: "Dobar dan. Ovaj poziv služi za potvrdu vašeg telefonskog broja.",
		enterCode:     "Molimo vas da tipkama telefona unesete kod koji je prikazan na vašem zaslonu.",
		wrongCode:     "Taj kod nije točan.", confirmed: "Vaš telefonski broj je potvrđen.", press2: "Za hrvatski pritisnite 2.",
	},
	"hu": {
		greeting: "Jó napot.", greetingOf: "Jó napot, {who} hívja Önt.",
		press1: "Nyomja meg az 1-es gombot a kód meghallgatásához.", doNotShare: "Kérjük, ne adja meg senkinek a kódot, amelyet hallani fog.",
		code: "Az ön kódja", repeat: "Ismétlem. Az ön kódja", pressStar: "Nyomja meg a csillag gombot, ha újra hallani szeretné.", goodbye: "Köszönjük, viszonthallásra.",
		confirmNumber: "Jó napot. Az ön telefonszámának megerősítése miatt hívjuk.",
		enterCode:     "Kérjük, adja meg a képernyőjén látható kódot a telefon gombjaival.",
		wrongCode:     "A megadott kód nem helyes.", confirmed: "Az ön telefonszámát megerősítettük.", press2: "A magyar nyelv választásához nyomja meg a 2-es gombot.",
	},
	"id": {
		greeting: "Halo.", greetingOf: "Halo, ini dari {who}.",
		press1: "Tekan 1 untuk mendengar kode Anda.", doNotShare: "Mohon jangan berikan kode yang akan Anda dengar kepada siapa pun.",
		code: "Kode Anda adalah", repeat: "Saya ulangi. Kode Anda adalah", pressStar: "Tekan bintang untuk mendengarnya lagi.", goodbye: "Terima kasih, sampai jumpa.",
		confirmNumber: "Halo. Ini panggilan untuk mengonfirmasi nomor telepon Anda.",
		enterCode:     "Mohon masukkan kode yang tampil di layar Anda dengan tombol telepon.",
		wrongCode:     "Kode tersebut tidak benar.", confirmed: "Nomor telepon Anda telah dikonfirmasi.", press2: "Untuk bahasa Indonesia, tekan 2.",
	},
	"is": {
		greeting: "Góðan dag.", greetingOf: "Góðan dag, þetta er {who}.",
		press1: "Ýttu á 1 til að heyra kóðann þinn.", doNotShare: "Ekki deila kóðanum sem þú heyrir með neinum.",
		code: "Kóðinn þinn er", repeat: "Ég endurtek. Kóðinn þinn er", pressStar: "Ýttu á stjörnu til að heyra hann aftur.", goodbye: "Takk fyrir og bless.",
		confirmNumber: "Góðan dag. Þetta er símtal til að staðfesta símanúmerið þitt.",
		enterCode:     "Vinsamlegast sláðu inn kóðann sem birtist á skjánum þínum með tökkum símans.",
		wrongCode:     "Þessi kóði er ekki réttur.", confirmed: "Símanúmerið þitt er staðfest.", press2: "Fyrir íslensku, ýttu á 2.",
	},
	"it": {
		greeting: "Buongiorno.", greetingOf: "Buongiorno, qui è {who}.",
		press1: "Premi 1 per ascoltare il tuo codice.", doNotShare: "Non comunicare a nessuno il codice che stai per ascoltare.",
		code: "Il tuo codice è", repeat: "Ripeto. Il tuo codice è", pressStar: "Premi asterisco per ascoltarlo di nuovo.", goodbye: "Grazie, arrivederci.",
		confirmNumber: "Buongiorno. Questa è una chiamata per confermare il tuo numero di telefono.",
		enterCode:     "Inserisci il codice visualizzato sul tuo schermo con i tasti del telefono.",
		wrongCode:     "Questo codice non è corretto.", confirmed: "Il tuo numero di telefono è stato confermato.", press2: "Per l'italiano, premi 2.",
	},
	"ja": {
		greeting: "こんにちは。", greetingOf: "こんにちは、{who}です。",
		press1: "認証コードを聞くには、1を押してください。", doNotShare: "これからお伝えする認証コードを、誰にも教えないでください。",
		code: "認証コードは、", repeat: "繰り返します。認証コードは、", pressStar: "もう一度聞くには、アスタリスクを押してください。", goodbye: "ご利用ありがとうございました。失礼いたします。",
		confirmNumber: "こんにちは。お客様の電話番号を確認するお電話です。",
		enterCode:     "画面に表示されている認証コードを、電話機のボタンで入力してください。",
		wrongCode:     "入力された認証コードは正しくありません。", confirmed: "お電話番号の確認が完了しました。", press2: "日本語をご希望の方は、2を押してください。",
		comma: "、", stop: "、です。",
	},
	"ko": {
		greeting: "안녕하세요.", greetingOf: "안녕하세요, {who}입니다.",
		press1: "인증번호를 들으시려면 1번을 눌러 주세요.", doNotShare: "지금 들으실 인증번호를 다른 사람에게 알려주지 마세요.",
		code: "인증번호는", repeat: "다시 말씀드립니다. 인증번호는", pressStar: "다시 들으시려면 별표를 눌러 주세요.", goodbye: "이용해 주셔서 감사합니다. 안녕히 계세요.",
		confirmNumber: "안녕하세요. 전화번호를 확인하기 위한 전화입니다.",
		enterCode:     "화면에 표시된 인증번호를 전화기 버튼으로 입력해 주세요.",
		wrongCode:     "인증번호가 올바르지 않습니다.", confirmed: "고객님의 전화번호가 확인되었습니다.", press2: "한국어를 원하시면 2번을 눌러 주세요.",
		comma: ", ", stop: " 입니다.",
	},
	"ms": {
		greeting: "Helo.", greetingOf: "Helo, ini daripada {who}.",
		press1: "Tekan 1 untuk mendengar kod anda.", doNotShare: "Sila jangan kongsi kod yang akan anda dengar dengan sesiapa.",
		code: "Kod anda ialah", repeat: "Saya ulang. Kod anda ialah", pressStar: "Tekan bintang untuk mendengarnya sekali lagi.", goodbye: "Terima kasih, selamat tinggal.",
		confirmNumber: "Helo. Panggilan ini untuk mengesahkan nombor telefon anda.",
		enterCode:     "Sila masukkan kod yang dipaparkan pada skrin anda menggunakan kekunci telefon.",
		wrongCode:     "Kod itu tidak betul.", confirmed: "Nombor telefon anda telah disahkan.", press2: "Untuk bahasa Melayu, tekan 2.",
	},
	"nb": {
		greeting: "Hei.", greetingOf: "Hei, dette er {who}.",
		press1: "Trykk 1 for å høre koden din.", doNotShare: "Ikke del koden du nå får høre, med noen.",
		code: "Koden din er", repeat: "Jeg gjentar. Koden din er", pressStar: "Trykk stjerne for å høre den igjen.", goodbye: "Takk, og ha det bra.",
		confirmNumber: "Hei. Dette er en samtale for å bekrefte telefonnummeret ditt.",
		enterCode:     "Skriv inn koden som vises på skjermen din, med tastene på telefonen.",
		wrongCode:     "Koden er ikke riktig.", confirmed: "Telefonnummeret ditt er bekreftet.", press2: "For norsk, trykk 2.",
	},
	"nl": {
		greeting: "Goedendag.", greetingOf: "Goedendag, u spreekt met {who}.",
		press1: "Druk op 1 om uw code te horen.", doNotShare: "Deel de code die u zo hoort met niemand.",
		code: "Uw code is", repeat: "Ik herhaal. Uw code is", pressStar: "Druk op sterretje om de code nogmaals te horen.", goodbye: "Dank u wel, tot ziens.",
		confirmNumber: "Goedendag. Dit is een oproep om uw telefoonnummer te bevestigen.",
		enterCode:     "Voer alstublieft met de toetsen van uw telefoon de code in die op uw scherm staat.",
		wrongCode:     "Die code is niet juist.", confirmed: "Uw telefoonnummer is bevestigd.", press2: "Voor Nederlands, druk op 2.",
	},
	"pl": {
		greeting: "Dzień dobry.", greetingOf: "Dzień dobry, dzwoni {who}.",
		press1: "Naciśnij 1, aby usłyszeć kod.", doNotShare: "Nie podawaj nikomu kodu, który usłyszysz.",
		code: "Twój kod to", repeat: "Powtarzam. Twój kod to", pressStar: "Naciśnij gwiazdkę, aby usłyszeć go ponownie.", goodbye: "Dziękujemy, do widzenia.",
		confirmNumber: "Dzień dobry. To połączenie służy potwierdzeniu twojego numeru telefonu.",
		enterCode:     "Wprowadź kod widoczny na ekranie za pomocą klawiszy telefonu.",
		wrongCode:     "Ten kod jest nieprawidłowy.", confirmed: "Twój numer telefonu został potwierdzony.", press2: "Aby wybrać język polski, naciśnij 2.",
	},
	"pt": {
		greeting: "Olá.", greetingOf: "Olá, daqui fala {who}.",
		press1: "Prima 1 para ouvir o seu código.", doNotShare: "Por favor, não partilhe com ninguém o código que vai ouvir.",
		code: "O seu código é", repeat: "Repito. O seu código é", pressStar: "Prima asterisco para o ouvir novamente.", goodbye: "Obrigado, adeus.",
		confirmNumber: "Olá. Esta é uma chamada para confirmar o seu número de telefone.",
		enterCode:     "Por favor, introduza nas teclas do telefone o código que aparece no seu ecrã.",
		wrongCode:     "Esse código não está correto.", confirmed: "O seu número de telefone foi confirmado.", press2: "Para português, prima 2.",
	},
	"pt-BR": {
		greeting: "Olá.", greetingOf: "Olá, aqui é {who}.",
		press1: "Pressione 1 para ouvir seu código.", doNotShare: "Por favor, não compartilhe com ninguém o código que você vai ouvir.",
		code: "Seu código é", repeat: "Repito. Seu código é", pressStar: "Pressione asterisco para ouvi-lo novamente.", goodbye: "Obrigado, até logo.",
		confirmNumber: "Olá. Esta é uma ligação para confirmar o seu número de telefone.",
		enterCode:     "Por favor, digite nas teclas do telefone o código que aparece na sua tela.",
		wrongCode:     "Esse código não está correto.", confirmed: "Seu número de telefone foi confirmado.", press2: "Para português, pressione 2.",
	},
	"ro": {
		greeting: "Bună ziua.", greetingOf: "Bună ziua, vă sună {who}.",
		press1: "Apăsați tasta 1 pentru a auzi codul dumneavoastră.", doNotShare: "Vă rugăm să nu divulgați nimănui codul pe care îl veți auzi.",
		code: "Codul dumneavoastră este", repeat: "Repet. Codul dumneavoastră este", pressStar: "Apăsați tasta steluță pentru a-l auzi din nou.", goodbye: "Vă mulțumim, la revedere.",
		confirmNumber: "Bună ziua. Vă sunăm pentru a vă confirma numărul de telefon.",
		enterCode:     "Vă rugăm să introduceți codul afișat pe ecran, folosind tastele telefonului.",
		wrongCode:     "Acest cod nu este corect.", confirmed: "Numărul dumneavoastră de telefon a fost confirmat.", press2: "Pentru limba română, apăsați tasta 2.",
	},
	"ru": {
		greeting: "Здравствуйте.", greetingOf: "Здравствуйте, вам звонит {who}.",
		press1: "Чтобы услышать код, нажмите 1.", doNotShare: "Пожалуйста, никому не сообщайте код, который вы услышите.",
		code: "Ваш код:", repeat: "Повторяю. Ваш код:", pressStar: "Чтобы услышать его ещё раз, нажмите звёздочку.", goodbye: "Спасибо, до свидания.",
		confirmNumber: "Здравствуйте. Мы звоним, чтобы подтвердить ваш номер телефона.",
		enterCode:     "Пожалуйста, введите на клавиатуре телефона код, который показан на вашем экране.",
		wrongCode:     "Введён неверный код.", confirmed: "Ваш номер телефона подтверждён.", press2: "Чтобы продолжить на русском языке, нажмите 2.",
	},
	"sk": {
		greeting: "Dobrý deň.", greetingOf: "Dobrý deň, volá {who}.",
		press1: "Ak chcete počuť svoj kód, stlačte 1.", doNotShare: "Nikomu, prosím, neprezrádzajte kód, ktorý budete počuť.",
		code: "Váš kód je", repeat: "Opakujem. Váš kód je", pressStar: "Ak ho chcete počuť znova, stlačte hviezdičku.", goodbye: "Ďakujeme, dopočutia.",
		confirmNumber: "Dobrý deň. Tento hovor slúži na potvrdenie vášho telefónneho čísla.",
		enterCode:     "Zadajte, prosím, pomocou klávesov telefónu kód, ktorý vidíte na obrazovke.",
		wrongCode:     "Tento kód nie je správny.", confirmed: "Vaše telefónne číslo je potvrdené.", press2: "Pre slovenčinu stlačte 2.",
	},
	"sv": {
		greeting: "Hej.", greetingOf: "Hej, det här är {who}.",
		press1: "Tryck 1 för att höra din kod.", doNotShare: "Dela inte koden som du nu får höra med någon.",
		code: "Din kod är", repeat: "Jag upprepar. Din kod är", pressStar: "Tryck stjärna för att höra den igen.", goodbye: "Tack, hej då.",
		confirmNumber: "Hej. Det här är ett samtal för att bekräfta ditt telefonnummer.",
		enterCode:     "Vänligen slå in koden som visas på din skärm med telefonens knappar.",
		wrongCode:     "Koden stämmer inte.", confirmed: "Ditt telefonnummer är bekräftat.", press2: "För svenska, tryck 2.",
	},
	"th": {
		greeting: "สวัสดี", greetingOf: "สวัสดี นี่คือ {who}",
		press1: "กด 1 เพื่อฟังรหัสของคุณ", doNotShare: "โปรดอย่าบอกรหัสที่คุณจะได้ยินกับผู้อื่น",
		code: "รหัสของคุณคือ", repeat: "ขอทวนอีกครั้ง รหัสของคุณคือ", pressStar: "กดดอกจันเพื่อฟังอีกครั้ง", goodbye: "ขอบคุณ สวัสดี",
		confirmNumber: "สวัสดี นี่คือการโทรเพื่อยืนยันหมายเลขโทรศัพท์ของคุณ",
		enterCode:     "โปรดกดรหัสที่แสดงบนหน้าจอของคุณด้วยปุ่มโทรศัพท์",
		wrongCode:     "รหัสไม่ถูกต้อง", confirmed: "หมายเลขโทรศัพท์ของคุณได้รับการยืนยันแล้ว", press2: "สำหรับภาษาไทย กด 2",
		comma: ", ", stop: " ",
	},
	"tr": {
		greeting: "Merhaba.", greetingOf: "Merhaba, {who} arıyor.",
		press1: "Kodunuzu duymak için 1'e basın.", doNotShare: "Lütfen duyacağınız kodu kimseyle paylaşmayın.",
		code: "Kodunuz:", repeat: "Tekrar ediyorum. Kodunuz:", pressStar: "Tekrar dinlemek için yıldız tuşuna basın.", goodbye: "Teşekkürler, hoşça kalın.",
		confirmNumber: "Merhaba. Bu arama telefon numaranızı doğrulamak içindir.",
		enterCode:     "Lütfen ekranınızda görünen kodu telefonunuzun tuşlarıyla girin.",
		wrongCode:     "Girdiğiniz kod doğru değil.", confirmed: "Telefon numaranız doğrulandı.", press2: "Türkçe için 2'ye basın.",
	},
	"uk": {
		greeting: "Вітаємо.", greetingOf: "Вітаємо, вам телефонує {who}.",
		press1: "Щоб почути код, натисніть 1.", doNotShare: "Будь ласка, нікому не кажіть код, який ви почуєте.",
		code: "Ваш код:", repeat: "Повторюю. Ваш код:", pressStar: "Щоб почути його ще раз, натисніть зірочку.", goodbye: "Дякуємо, до побачення.",
		confirmNumber: "Вітаємо. Ми телефонуємо, щоб підтвердити ваш номер телефону.",
		enterCode:     "Будь ласка, введіть на клавіатурі телефону код, який показано на вашому екрані.",
		wrongCode:     "Введено неправильний код.", confirmed: "Ваш номер телефону підтверджено.", press2: "Щоб продовжити українською, натисніть 2.",
	},
	"vi": {
		greeting: "Xin chào.", greetingOf: "Xin chào, đây là {who}.",
		press1: "Nhấn phím 1 để nghe mã của bạn.", doNotShare: "Vui lòng không chia sẻ mã bạn sắp nghe với bất kỳ ai.",
		code: "Mã của bạn là", repeat: "Tôi xin nhắc lại. Mã của bạn là", pressStar: "Nhấn phím sao để nghe lại.", goodbye: "Cảm ơn bạn, tạm biệt.",
		confirmNumber: "Xin chào. Đây là cuộc gọi để xác nhận số điện thoại của bạn.",
		enterCode:     "Vui lòng nhập mã hiển thị trên màn hình của bạn bằng các phím trên điện thoại.",
		wrongCode:     "Mã vừa nhập không đúng.", confirmed: "Số điện thoại của bạn đã được xác nhận.", press2: "Để chọn tiếng Việt, nhấn phím 2.",
	},
	"yue": {
		greeting: "你好。", greetingOf: "你好，這裡是{who}。",
		press1: "請按1收聽你的驗證碼。", doNotShare: "請勿將稍後聽到的驗證碼告訴他人。",
		code: "你的驗證碼是", repeat: "重複一次，你的驗證碼是", pressStar: "請按星號鍵再聽一次。", goodbye: "多謝使用，再見。",
		confirmNumber: "你好。這次來電是為了確認你的電話號碼。",
		enterCode:     "請用電話按鍵輸入你螢幕上顯示的驗證碼。",
		wrongCode:     "驗證碼不正確。", confirmed: "你的電話號碼已經確認。", press2: "如要選擇廣東話，請按2。",
		comma: "，", stop: "。",
	},
	"zh": {
		greeting: "您好。", greetingOf: "您好，这里是{who}。",
		press1: "请按1收听您的验证码。", doNotShare: "请勿将稍后听到的验证码告诉他人。",
		code: "您的验证码是", repeat: "重复一遍，您的验证码是", pressStar: "请按星号键再听一遍。", goodbye: "感谢使用，再见。",
		confirmNumber: "您好。这通电话用于确认您的电话号码。",
		enterCode:     "请用电话按键输入屏幕上显示的验证码。",
		wrongCode:     "验证码不正确。", confirmed: "您的电话号码已经确认。", press2: "如需中文服务，请按2。",
		comma: "，", stop: "。",
	},
	"zh-TW": {
		greeting: "您好。", greetingOf: "您好，這裡是{who}。",
		press1: "請按1收聽您的驗證碼。", doNotShare: "請勿將稍後聽到的驗證碼告訴他人。",
		code: "您的驗證碼是", repeat: "重複一遍，您的驗證碼是", pressStar: "請按星號鍵再聽一遍。", goodbye: "感謝使用，再見。",
		confirmNumber: "您好。這通電話用於確認您的電話號碼。",
		enterCode:     "請用電話按鍵輸入螢幕上顯示的驗證碼。",
		wrongCode:     "驗證碼不正確。", confirmed: "您的電話號碼已經確認。", press2: "如需中文服務，請按2。",
		comma: "，", stop: "。",
	},
}
