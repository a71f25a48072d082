// The certified OpenID provider of npm, for one client and whoever names themselves at its log-in form.
import { Provider } from "oidc-provider";

const { PORT, BACK, CLIENT_ID, CLIENT_SECRET } = process.env;

const account = (id) => ({
  accountId: id,
  claims: () => ({ sub: id, email: `${id}@of-${PORT}.example`, email_verified: true, name: id }),
});

const provider = new Provider(`http://127.0.0.1:${PORT}`, {
  clients: [{
    client_id: CLIENT_ID,
    client_secret: CLIENT_SECRET,
    redirect_uris: [BACK],
    post_logout_redirect_uris: [new URL("/login", BACK).href],
  }],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  conformIdTokenClaims: false,
  cookies: { keys: ["for tests alone"] },
  features: { devInteractions: { enabled: true } },
  findAccount: (_, id) => account(id),
  pkce: { required: () => true },
});

provider.listen(Number(PORT), "127.0.0.1");
