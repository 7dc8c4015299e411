# %%
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import ConfusionMatrixDisplay, classification_report
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

X, y = load_iris(return_X_y=True, as_frame=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
X_train.head(3)
# %%
model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500))
model
# %%
model.fit(X_train, y_train)
# %%
print(classification_report(y_test, model.predict(X_test)))
# %%
ConfusionMatrixDisplay.from_estimator(model, X_test, y_test)
# %%
columns = make_column_transformer((StandardScaler(), ["sepal length (cm)"]), (OneHotEncoder(), ["petal width (cm)"]))
GridSearchCV(make_pipeline(columns, RandomForestClassifier(random_state=0)), {"randomforestclassifier__n_estimators": [10, 20]})
# %%
model.predict_proba(X_test)[:3].round(3)
