# %%
import folium

town = folium.Map([48.137, 11.575], zoom_start=12, tiles=None)
folium.Marker([48.137, 11.575], popup="Marienplatz").add_to(town)
folium.Circle([48.15, 11.58], radius=900, color="crimson", fill=True).add_to(town)
town
# %%
square = {
    "type": "Feature",
    "properties": {"name": "square"},
    "geometry": {"type": "Polygon", "coordinates": [[[11.5, 48.1], [11.6, 48.1], [11.6, 48.2], [11.5, 48.2], [11.5, 48.1]]]},
}
figure = folium.Figure(width=500, height=260)
folium.Map([48.15, 11.55], zoom_start=10, tiles=None).add_to(figure)
folium.GeoJson(square).add_to(list(figure._children.values())[0])
figure
